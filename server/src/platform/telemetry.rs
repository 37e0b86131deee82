//! Logs (JSON or text, each line of a request with its id) and traces (OTLP over HTTP, when an endpoint is set).

use std::{pin::pin, task::Poll, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};
use opentelemetry::{
    KeyValue, global,
    propagation::Extractor,
    trace::{FutureExt, TracerProvider},
};
use opentelemetry_otlp::{SpanExporter as OtlpExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, LogFormat};

/// Sends the traces that are left when it is stopped.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Sends what is left and ends; takes 3 s at most.
    pub fn stop(self) {
        if let Some(traces) = self.traces
            && let Err(error) = traces.shutdown_with_timeout(Duration::from_secs(3))
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Starts logs, and traces if an endpoint is configured. To be called once, inside the runtime.
///
/// # Errors
/// What is wrong with the trace endpoint.
pub fn start(config: &Config) -> Result<Telemetry, opentelemetry_otlp::ExporterBuildError> {
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // Logs go to stderr: stdout belongs to the commands' results.
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.log_format {
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed(),
        LogFormat::Text => tracing_subscriber::fmt::layer()
            .with_target(false)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed(),
    };
    let traces = config
        .otlp_endpoint
        .as_ref()
        .map(|endpoint| exporter(endpoint.as_str()))
        .transpose()?;
    let spans = traces.as_ref().map(|traces| {
        global::set_text_map_propagator(TraceContextPropagator::new());
        tracing_opentelemetry::layer()
            .with_tracer(traces.tracer("forecourt"))
            // What the exporter itself does must not become traces to export.
            .with_filter(EnvFilter::new("info,hyper=off,reqwest=off,opentelemetry=off"))
    });
    let _ = tracing_subscriber::registry().with(lines).with(spans).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic: {}", panic.payload_as_str().unwrap_or("(no message)"));
    }));
    Ok(Telemetry { traces })
}

fn exporter(endpoint: &str) -> Result<SdkTracerProvider, opentelemetry_otlp::ExporterBuildError> {
    let exporter = OtlpExporter::builder()
        .with_http()
        .with_endpoint(endpoint)
        .with_timeout(Duration::from_secs(5))
        .build()?;
    let resource = Resource::builder()
        .with_service_name("forecourt")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(InRuntime {
            exporter,
            runtime: tokio::runtime::Handle::current(),
        })
        .build())
}

/// The exporter's HTTP client needs the runtime; the batches are sent from a thread of their own, outside it.
#[derive(Debug)]
struct InRuntime {
    exporter: OtlpExporter,
    runtime: tokio::runtime::Handle,
}

impl SpanExporter for InRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let mut sending = pin!(self.exporter.export(batch));
        std::future::poll_fn(|context| -> Poll<OTelSdkResult> {
            let _inside = self.runtime.enter();
            sending.as_mut().poll(context)
        })
        .await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Middleware: a trace that a proxy or a caller began goes on in ours (W3C Trace Context, `traceparent`).
pub async fn continue_trace(request: Request, next: Next) -> Response {
    if !request.headers().contains_key("traceparent") {
        return next.run(request).await;
    }
    let parent = global::get_text_map_propagator(|propagator| propagator.extract(&Headers(request.headers())));
    next.run(request).with_context(parent).await
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
