/// An error as AWS answers it. Everything a service refuses is one of these; one place renders them.
public struct Fault: Error, Sendable, Equatable {
    /// The code on the wire (`DBInstanceNotFound`), which is often not the shape's name.
    public var code: String
    /// The HTTP status.
    public var status: Int
    public var message: String

    public init(_ code: String, status: Int = 400, _ message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    /// `Sender` when the request is to blame, else `Receiver`.
    public var type: String { status >= 500 ? "Receiver" : "Sender" }
}

extension Fault {
    public static func invalidParameterValue(_ message: String) -> Fault { Fault("InvalidParameterValue", message) }
    public static func invalidParameterCombination(_ message: String) -> Fault { Fault("InvalidParameterCombination", message) }
    public static func missingParameter(_ message: String) -> Fault { Fault("MissingParameter", message) }
    /// A known action that is not built yet: never answered with an empty success.
    public static func notImplemented(service: String, action: String) -> Fault {
        Fault("NotImplemented", status: 501, "Martlet does not implement \(service):\(action) yet. See docs/compatibility.md.")
    }
}
