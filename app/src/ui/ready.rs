//! A view that waits for nothing.
//!
//! What stands in a `Suspense` is walked on the server until every resource that it reads is there, then resolved node by node, then
//! written. A view that was made from data which has come needs only to be written.

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::*,
    tachys::{
        hydration::Cursor,
        view::{Position, PositionState},
    },
};

/// Says that nothing in `view` reads a resource or holds a `Suspense`: a resource that is not there yet would be left out.
#[must_use]
pub fn ready<V: IntoView>(view: V) -> Ready<View<V>> {
    Ready(view.into_view())
}

/// See [`ready`].
#[derive(Debug)]
pub struct Ready<V>(V);

impl<V: Render> Render for Ready<V> {
    type State = V::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: AddAnyAttr> AddAnyAttr for Ready<V> {
    type Output<A: Attribute> = Ready<V::Output<A>>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        Ready(self.0.add_any_attr(attribute))
    }
}

impl<V: RenderHtml + Send> RenderHtml for Ready<V> {
    type AsyncOutput = Self;
    type Owned = Ready<V::Owned>;

    const MIN_LENGTH: usize = V::MIN_LENGTH;
    const EXISTS: bool = V::EXISTS;

    fn html_len(&self) -> usize {
        self.0.html_len()
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, buf: &mut String, position: &mut Position, escape: bool, mark_branches: bool, attributes: Vec<AnyAttribute>) {
        self.0.to_html_with_buf(buf, position, escape, mark_branches, attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        Ready(self.0.into_owned())
    }
}
