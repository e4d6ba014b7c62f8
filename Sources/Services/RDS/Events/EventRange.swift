internal import AWSWire
internal import Foundation

/// Start inclusive, end exclusive.
struct EventRange: Sendable, Equatable {
    let start: Date
    let end: Date

    init(start: Date, end: Date) {
        self.start = start
        self.end = end
    }

    /// StartTime and EndTime, or Duration before EndTime (or after StartTime); the last hour when nothing is given.
    init(_ request: Request) throws {
        let duration = try request.integer("Duration")
        if let duration, !(1...20160).contains(duration) {
            throw Fault.invalidParameterValue("The parameter Duration must be between 1 and 20160 minutes; it is \(duration).")
        }
        let length = Double(duration ?? 60) * 60
        // An event of this very moment belongs to the answer.
        let now = request.context.now().addingTimeInterval(0.001)
        switch try (request.date("StartTime"), request.date("EndTime")) {
        case (let start?, let end?): (self.start, self.end) = (start, end)
        case (let start?, nil): (self.start, self.end) = (start, duration == nil ? now : start.addingTimeInterval(length))
        case (nil, let end?): (self.start, self.end) = (end.addingTimeInterval(-length), end)
        case (nil, nil): (self.start, self.end) = (now.addingTimeInterval(-length), now)
        }
        guard start <= end else {
            throw Fault.invalidParameterCombination("The parameter StartTime must not be later than EndTime.")
        }
    }
}

/// Where a page of events begins: the marker repeats the range, since "the last hour" moves on between two pages.
struct EventPlace: Sendable, Equatable {
    var range: EventRange
    var offset: Int
    /// More events than fit on any disk.
    private static let offsetLimit = 1 << 40

    var marker: String {
        let (start, end) = (range.start.timeIntervalSince1970, range.end.timeIntervalSince1970)
        return Paging.encode("e", "\(start) \(end) \(offset)")
    }
}

extension EventPlace {
    init(marker: String) throws {
        let parts = try Paging.decode(marker, kind: "e").split(separator: " ")
        guard parts.count == 3, let start = Double(parts[0]), let end = Double(parts[1]), let offset = Int(parts[2]),
            start.isFinite, end.isFinite, (0...Self.offsetLimit).contains(offset)
        else { throw InvalidMarker() }
        self.init(
            range: EventRange(start: Date(timeIntervalSince1970: start), end: Date(timeIntervalSince1970: end)), offset: offset)
    }
}
