import Testing

@testable import Services

@Suite struct PagingTests {
    private let names = (1...45).map { "item-\($0 < 10 ? "0" : "")\($0)" }

    @Test func walksAllPagesByKeyWithoutRepeating() throws {
        var seen: [String] = []
        var marker: String?
        repeat {
            let page = try Paging.page(names, after: marker, limit: 20, key: { $0 })
            seen += page.items
            marker = page.marker
        } while marker != nil
        #expect(seen == names)
    }

    @Test func walksAllPagesByCount() throws {
        let first = try Paging.page(names, after: nil, limit: 40)
        let second = try Paging.page(names, after: first.marker, limit: 40)
        #expect(first.items + second.items == names)
        #expect(second.marker == nil)
    }

    @Test func aRemovedItemHidesNothingElse() throws {
        let first = try Paging.page(names, after: nil, limit: 20, key: { $0 })
        let rest = names.filter { $0 != "item-20" }
        #expect(try Paging.page(rest, after: first.marker, limit: 20, key: { $0 }).items.first == "item-21")
    }

    @Test(arguments: ["x", "!!!", "a2V5", "bi01", ""])
    func aMarkerFromElsewhereIsRefused(marker: String) {
        #expect(throws: InvalidMarker.self) { try Paging.page(names, after: marker, limit: 20) }
    }
}
