//! The design system: every piece a page is made of, with its keyboard, its focus and both themes.
//!
//! Pieces carry classes, never colours or sizes: those are tokens in `style/_tokens.scss`, one partial a piece. `/ui` shows
//! all of them in all their states (in development). Everything works before WASM wakes the page.

mod age;
mod arrival;
mod banner;
mod button;
mod card;
#[cfg(test)]
mod contrast;
mod dialog;
mod empty;
mod error_page;
mod error_summary;
mod facts;
mod field;
mod focus;
mod follow;
mod form;
mod go_on;
mod held;
mod icon;
mod inert;
mod logo;
mod menu;
mod page_head;
mod pager;
mod pill;
mod progress;
mod raw_text;
mod ready;
#[cfg(debug_assertions)]
mod showcase;
#[cfg(debug_assertions)]
mod showcase_page;
mod skeleton;
mod still_field;
mod table;
mod tabs;
mod through_sign_in;
mod timeline;
mod toast;
#[cfg(any(feature = "ssr", test))]
pub mod tokens;
mod when;

pub use age::{Age, age};
pub use arrival::{Arrivals, arrival};
pub use banner::Banner;
pub use button::{Button, ButtonLink, Variant};
pub use card::Card;
pub use dialog::{Dialog, LiveDialog};
pub use empty::EmptyState;
#[cfg(debug_assertions)]
pub use error_page::ErrorMessage;
pub use error_page::{ErrorPage, NotFoundPage};
pub use error_summary::ErrorSummary;
pub use facts::{Fact, Facts, Line, Lines};
pub use field::{CheckField, Choice, Field, SelectField, TextareaField, field_id};
pub use focus::focus_is_lost;
pub use follow::follow;
pub use form::{FormBar, FormSection};
pub use go_on::go_on;
pub use held::Held;
pub use icon::{Icon, IconName};
pub use inert::inert;
pub use logo::logo;
pub use menu::{Menu, MenuItem, MenuLink};
pub use page_head::PageHead;
pub use pager::Pager;
pub use pill::{Chip, Pill, Tag, Tone, pill};
pub use progress::Progress;
pub use raw_text::raw_text;
pub use ready::ready;
#[cfg(debug_assertions)]
pub use showcase_page::ShowcasePage;
pub use skeleton::{Skeleton, SkeletonRows};
pub use still_field::{StillField, still_check};
pub use table::{Align, Column, DataTable, PlainTable};
pub use tabs::{Tab, Tabs};
pub use through_sign_in::through_sign_in;
pub use timeline::{Timeline, TimelineItem};
pub use toast::{ToastRegion, Toasts, use_toasts};
pub use when::{When, now};
