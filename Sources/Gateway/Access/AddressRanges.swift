/// A set of addresses of one family, as ranges that neither overlap nor touch, in order: a lookup is a binary search.
struct AddressRanges<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private var ranges: [ClosedRange<Address>] = []

    var count: Int { ranges.count }

    init(_ blocks: [ClosedRange<Address>]) {
        for block in blocks.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = ranges.last, last.upperBound == .max || block.lowerBound <= last.upperBound + 1 else {
                ranges.append(block)
                continue
            }
            ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, block.upperBound)
        }
    }

    func contains(_ address: Address) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < address { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= address
    }

    /// The addresses whose first `prefix` bits are those of `address`.
    static func block(_ address: Address, prefix: Int) -> ClosedRange<Address> {
        let hosts: Address = prefix >= Address.bitWidth ? 0 : .max >> Address(prefix)
        return (address & ~hosts)...(address | hosts)
    }
}
