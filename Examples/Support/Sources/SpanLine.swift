internal import Foundation
internal import InMemoryTracing
internal import Tracing

/// A finished span as JSON in one line, with the names that OpenTelemetry's console exporters use.
struct SpanLine: Encodable {
    struct Identity: Encodable {
        var trace_id: String
        var span_id: String
    }

    var name: String
    var context: Identity
    var parent_id: String?
    var kind: String
    var start_time: String
    var duration_ms: Double
    var status: String
    var attributes: [String: Value]
    var errors: [String]
    var resource: [String: String]

    init(_ span: FinishedInMemorySpan, service: String) {
        name = span.operationName
        context = Identity(trace_id: span.traceID, span_id: span.spanID)
        parent_id = span.parentSpanID
        kind = "\(span.kind)"
        let began = span.startInstant.nanosecondsSinceEpoch
        start_time = Date(timeIntervalSince1970: Double(began) / 1e9).formatted(.iso8601.time(includingFractionalSeconds: true))
        duration_ms = Double(span.endInstant.nanosecondsSinceEpoch &- began) / 1e6
        switch span.status?.code {
        case .ok?: status = "ok"
        case .error?: status = "error"
        default: status = "unset"
        }
        var values: [String: Value] = [:]
        span.attributes.forEach { values[$0] = Value($1) }
        attributes = values
        errors = span.errors.map { "\($0.error)" }
        resource = ["service.name": service]
    }

    /// One line.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            return #"{"name":"a span that is no JSON"}"#
        }
    }

    /// An attribute. What is neither number nor truth is text.
    enum Value: Encodable {
        case number(Int64)
        case real(Double)
        case truth(Bool)
        case text(String)

        init(_ attribute: SpanAttribute) {
            switch attribute {
            case .int32(let value): self = .number(Int64(value))
            case .int64(let value): self = .number(value)
            case .double(let value): self = value.isFinite ? .real(value) : .text("\(value)")
            case .bool(let value): self = .truth(value)
            case .string(let value): self = .text(value)
            case .stringConvertible(let value): self = .text("\(value)")
            default: self = .text("\(attribute)")
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value): try container.encode(value)
            case .real(let value): try container.encode(value)
            case .truth(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }
}
