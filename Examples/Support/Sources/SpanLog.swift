internal import Hummingbird
public import InMemoryTracing
public import Instrumentation
public import Tracing

/// A tracer that writes each finished span as one line of JSON to standard error: OpenTelemetry's console exporter.
///
/// A collector that reads lines can take it from there; an OTLP exporter would be set up in its place.
public struct SpanLog: Tracer {
    private let service: String
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - service: `service.name` of the resource.
    ///   - write: takes a line, without its end.
    public init(service: String, write: @escaping @Sendable (String) -> Void) {
        self.service = service
        self.write = write
    }

    /// Sets it up when `OTEL_TRACES_EXPORTER` is `console`, as OpenTelemetry's SDKs understand it. Without it, or with `none`,
    /// nothing is traced, and spans cost nothing.
    ///
    /// - Throws: `UnknownExporter`.
    public static func bootstrap(service: String, _ environment: [String: String]) throws {
        switch environment["OTEL_TRACES_EXPORTER"] {
        case nil, "", "none": return
        case "console":
            let name = environment["OTEL_SERVICE_NAME"].flatMap { $0.isEmpty ? nil : $0 } ?? service
            InstrumentationSystem.bootstrap(SpanLog(service: name) { StandardError.write(line: $0) })
        case let other?: throw UnknownExporter(name: other)
        }
    }

    /// A span for each request, if anybody takes spans. Without, an answer goes out in one piece: the middleware waits for the
    /// end of its body, for which Hummingbird sends head and body apart.
    static func addRequestSpans(to router: Router<some RequestContext>) {
        if !(InstrumentationSystem.tracer is NoOpTracer) { router.add(middleware: TracingMiddleware()) }
    }

    public struct UnknownExporter: Error, CustomStringConvertible {
        var name: String
        public var description: String { "OTEL_TRACES_EXPORTER is console or none, not \(name)." }
    }

    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        let context = context()
        let parent = context.inMemorySpanContext
        let identity = InMemorySpanContext(
            traceID: parent?.traceID ?? Self.digits(32), spanID: Self.digits(16), parentSpanID: parent?.spanID)
        return InMemorySpan(
            operationName: operationName, context: context, spanContext: identity, kind: kind, startInstant: instant(),
            onEnd: { [service, write] span in write(SpanLine(span, service: service).text) })
    }

    public func forceFlush() {}

    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let caller = extractor.extract(key: "traceparent", from: carrier).flatMap(TraceParent.init(header:)) else { return }
        context.inMemorySpanContext = InMemorySpanContext(
            traceID: caller.traceID, spanID: caller.spanID, parentSpanID: nil)
    }

    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.inMemorySpanContext else { return }
        injector.inject(
            TraceParent(traceID: span.traceID, spanID: span.spanID).header, forKey: "traceparent", into: &carrier)
    }

    private static func digits(_ count: Int) -> String {
        // All zero is no id; one in 2^64 is made another.
        let text = (0..<count / 16).map { _ in
            let part = String(UInt64.random(in: 1 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - part.count) + part
        }
        return text.joined()
    }
}
