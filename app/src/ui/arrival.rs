//! A view of something that has yet to come, made once.

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    children::{TypedChildren, ViewFnOnce},
    prelude::*,
    tachys::{
        hydration::Cursor,
        reactive_graph::{OwnedView, Suspend, SuspendState},
        ssr::StreamBuilder,
        view::{Position, PositionState},
    },
};

/// Where an [`arrival`] stands: a `Transition` in the browser, which shows `fallback` at first and then what was there until the next has come.
/// On the server an arrival needs no boundary: it is waited for in its place, and nothing watches over it meanwhile. `fallback` reads no
/// resource and holds no boundary (they are numbered, the same on both sides).
#[component]
pub fn Arrivals<V: IntoView + Send + 'static>(#[prop(into)] fallback: ViewFnOnce, children: TypedChildren<V>) -> impl IntoView {
    #[cfg(not(feature = "ssr"))]
    return Transition(TransitionProps::builder().fallback(fallback).children(children).build());
    #[cfg(feature = "ssr")]
    {
        drop(fallback);
        // A `Transition` takes a number.
        if let Some(context) = Owner::current_shared_context() {
            context.next_id();
        }
        children.into_inner()()
    }
}

/// Within [`Arrivals`] or a `Suspense`, as `{move || arrival(async move { … })}`: what is there once its resources have come.
///
/// A [`Suspend`] in that place is made two or three times on the server, because the `Suspense` first looks for resources that something
/// below reads without waiting (`resource.get()`). A future waits for its own, so there is nothing to look for. What reads
/// a resource without waiting does not belong below an arrival: the server would leave it out.
#[must_use]
pub fn arrival<T>(view: impl Future<Output = T> + Send + 'static) -> Arrival<T> {
    Arrival(Suspend::new(view))
}

/// See [`arrival`].
#[derive(Debug)]
pub struct Arrival<T>(Suspend<T>);

impl<T: Render + 'static> Render for Arrival<T> {
    type State = SuspendState<T>;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<T: AddAnyAttr + Send + 'static> AddAnyAttr for Arrival<T> {
    type Output<A: Attribute> = Arrival<T::Output<A::CloneableOwned>>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        Arrival(self.0.add_any_attr(attribute))
    }
}

impl<T: RenderHtml + 'static> RenderHtml for Arrival<T> {
    type AsyncOutput = Option<T>;
    type Owned = Self;

    const MIN_LENGTH: usize = T::MIN_LENGTH;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self.0.resolve().await
    }

    fn to_html_with_buf(self, buf: &mut String, position: &mut Position, escape: bool, mark_branches: bool, attributes: Vec<AnyAttribute>) {
        self.0.to_html_with_buf(buf, position, escape, mark_branches, attributes);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        let owner = Owner::current().unwrap_or_default();
        let view = self.0.resolve();
        // As `Suspend` does it where no `Suspense` is above; all our pages are complete when they are sent, so nothing goes out of order.
        buf.next_id();
        let id = buf.clone_id();
        let mut inner = *position;
        buf.push_async(async move {
            let view = OwnedView::new_with_owner(view.await, owner);
            let mut builder = StreamBuilder::new(id);
            view.to_html_async_with_buf::<OUT_OF_ORDER>(&mut builder, &mut inner, escape, mark_branches, attributes);
            builder.finish().take_chunks()
        });
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[test]
    fn a_suspense_that_looks_for_resources_does_not_make_it() {
        let made = Arc::new(AtomicU32::new(0));
        let mut view = arrival({
            let made = Arc::clone(&made);
            async move {
                made.fetch_add(1, Ordering::Relaxed);
                "there"
            }
        });
        view.dry_resolve();
        view.dry_resolve();
        assert_eq!(made.load(Ordering::Relaxed), 0);
        let resolved = pin!(view.resolve()).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(resolved, Poll::Ready(Some("there"))));
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}
