//! `/ui`: the design system on one page, for those who build with it. Only in debug builds, so its words are English and stand
//! here, not in the catalogue.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    Age, Banner, Button, ButtonLink, Card, Chip, Dialog, Icon, IconName, LiveDialog, Menu, MenuItem, MenuLink, PageHead, Pager, Pill,
    Progress, Tab, Tabs, Tag, Tone, Variant,
    showcase::{Errors, Forms, Lists, Vehicles, Waiting},
    use_toasts,
};

/// Every piece in every state.
#[component]
pub fn ShowcasePage() -> impl IntoView {
    view! {
        <PageHead title="Design system" crumb=("/stock".into(), "Stock".into()) sub=|| "Every piece in every state">
            <ButtonLink href="/ui?dialog=open">"Open a dialog"</ButtonLink>
            <Button variant=Variant::Primary icon=IconName::Plus>"Primary"</Button>
        </PageHead>
        <div class="showcase">
            <Buttons/>
            <Words/>
            <Messages/>
            <Navigation/>
            <Forms/>
            <Lists/>
            <Waiting/>
            <Vehicles/>
            <Errors/>
            <Icons/>
        </div>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <Card title="Buttons">
            <div class="stack">
                <div class="actions">
                    <Button variant=Variant::Primary>"List for sale"</Button>
                    <Button>"Plain"</Button>
                    <Button variant=Variant::Ghost>"Ghost"</Button>
                    <Button variant=Variant::Danger icon=IconName::Trash>"Delete"</Button>
                </div>
                <div class="actions">
                    <Button icon=IconName::Edit>"With icon"</Button>
                    <Button icon=IconName::More attr:aria-label="More"/>
                    <Button disabled=true>"Disabled"</Button>
                    <Button variant=Variant::Primary disabled=true>"Disabled"</Button>
                    <Button variant=Variant::Primary busy=true>"Saving"</Button>
                </div>
                <Button variant=Variant::Primary wide=true>"As wide as its box"</Button>
                <ButtonLink href="/ui" wide=true icon=IconName::Export>"A link"</ButtonLink>
            </div>
        </Card>
    }
}

#[component]
fn Words() -> impl IntoView {
    let chips = RwSignal::new(vec!["Year from 2012", "Price to $30,000", "Branch Main lot"]);
    view! {
        <Card title="Words">
            <div class="stack">
                <h1>"Heading of a page, 20"</h1>
                <h2>"Heading of a card, 14"</h2>
                <p>"Text, 14. "<a href="/ui">"A link in text"</a>", "<span class="muted">"muted text"</span>", "<span class="sub">"sub text, 12"</span>"."</p>
                <div class="chips">
                    <Pill tone=Tone::Ok>"For sale"</Pill>
                    <Pill tone=Tone::Info>"Reserved"</Pill>
                    <Pill tone=Tone::Warn>"In preparation"</Pill>
                    <Pill tone=Tone::Bad>"Expired"</Pill>
                    <Pill>"Sold"</Pill>
                    <Tag>"from VIN"</Tag>
                </div>
                <div class="chips">{move || chips.get().into_iter().map(|label| view! { <Chip label remove_href="/ui"/> }).collect_view()}</div>
                <div class="facts">{[4, 62, 91, 400].map(|days| view! { <Age days/> })}</div>
            </div>
        </Card>
    }
}

#[component]
fn Messages() -> impl IntoView {
    let toasts = use_toasts();
    let undone = Callback::new(move |()| toasts.say(Tone::Info, "Taken back."));
    let query = use_query_map();
    let open = Signal::derive(move || query.read().get("dialog").is_some());
    let live = RwSignal::new(false);
    let close = Callback::new(move |()| live.set(false));
    let live_dialog = move || {
        live.get().then(|| {
            view! { <LiveDialog title="No address opens this one" close><p>"It is gone when the page is loaded again."</p></LiveDialog> }
        })
    };
    view! {
        <Card title="Messages">
            <div class="stack">
                <Banner tone=Tone::Ok>"Saved. The price is $12,900 now."</Banner>
                <Banner tone=Tone::Info title="2 photos are being made smaller" actions=|| view! { <Button>"Look"</Button> }>
                    "You can go on; they appear by themselves."
                </Banner>
                <Banner tone=Tone::Warn title="Ana changed this while you were editing">"Compare below and save again. "<a href="/ui">"Show the changes"</a></Banner>
                <Banner tone=Tone::Bad>"The server could not be reached. What you typed is still here."</Banner>
                <div class="actions">
                    <Button on:click=move |_| toasts.say(Tone::Ok, "Price saved.")>"Toast"</Button>
                    <Button on:click=move |_| toasts.say_with(Tone::Ok, "2019 Mazda 3 was deleted.", "Undo", undone)>"Toast with undo"</Button>
                    <Button on:click=move |_| toasts.say(Tone::Bad, "Not saved: the server could not be reached.")>"Bad toast"</Button>
                    <Button on:click=move |_| live.set(true)>"A dialog without an address"</Button>
                </div>
            </div>
            <Dialog title="Take this vehicle off the stock?" open close_href="/ui">
                <p>"Its history stays. You can undo this from the list."</p>
                <div class="actions">
                    <ButtonLink href="/ui">"Cancel"</ButtonLink>
                    <ButtonLink href="/ui" variant=Variant::Danger>"Take it off"</ButtonLink>
                </div>
            </Dialog>
            {live_dialog}
        </Card>
    }
}

#[component]
fn Navigation() -> impl IntoView {
    let tab = |label: &str, count: &str, current| Tab {
        href: "/ui".into(),
        label: label.into(),
        count: (!count.is_empty()).then(|| count.into()),
        current,
    };
    let tabs = vec![
        tab("All", "862", true),
        tab("For sale", "624", false),
        tab("Reserved", "61", false),
        tab("History", "", false),
    ];
    let (done, total) = (RwSignal::new(312_i64), RwSignal::new(Some(1_000_i64)));
    view! {
        <Card title="Navigation">
            <Tabs label="Views" tabs/>
            <div class="stack">
                <div class="actions">
                    <Menu label="Menu" icon=IconName::Sort>
                        <MenuLink href="/ui" icon=IconName::Edit>"A link"</MenuLink>
                        <MenuItem chosen=true>"Chosen"</MenuItem>
                        <MenuItem>"Not chosen"</MenuItem>
                    </Menu>
                </div>
                <Progress label="Checking rows" done total/>
                <Progress label="Working" done=0 total=None/>
                <Pager previous=Some("/ui".into()) next=None>"851–862 of 862"</Pager>
            </div>
        </Card>
    }
}

#[component]
fn Icons() -> impl IntoView {
    let icons = IconName::ALL
        .iter()
        .map(|name| view! { <div><Icon name=*name/> {format!("{name:?}")}</div> })
        .collect_view();
    view! { <div class="wide-piece"><Card title="Icons"><div class="icons">{icons}</div></Card></div> }
}
