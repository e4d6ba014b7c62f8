/// Which of many keys is due first; of those with the same deadline, the one that was set first. Each key has at most one
/// deadline; setting it again moves it.
///
/// A binary heap that knows where each key sits, so that a deadline that is cancelled leaves nothing behind: the queue is never
/// larger than the number of keys. Keys are small numbers (slots). Deadlines are nanoseconds of a monotonic clock.
struct DeadlineQueue {
    private struct Entry {
        var deadline: UInt64
        /// Many that are accepted in one round get the same deadline.
        var number: UInt64
        var key: Int

        func precedes(_ other: Entry) -> Bool { (deadline, number) < (other.deadline, other.number) }
    }

    private var lastNumber: UInt64 = 0
    private var heap: [Entry] = []
    /// Where each key is in `heap`; -1 for nowhere.
    private var positions: [Int32] = []

    var count: Int { heap.count }
    /// The earliest deadline.
    var earliest: UInt64? { heap.first?.deadline }
    /// The key with the earliest deadline.
    var first: Int? { heap.first?.key }

    func contains(_ key: Int) -> Bool { key < positions.count && positions[key] >= 0 }

    mutating func set(_ key: Int, at deadline: UInt64) {
        while positions.count <= key { positions.append(-1) }
        lastNumber += 1
        let entry = Entry(deadline: deadline, number: lastNumber, key: key)
        let position = Int(positions[key])
        if position >= 0 {
            heap[position] = entry
            settle(position)
        } else {
            heap.append(entry)
            positions[key] = Int32(heap.count - 1)
            settle(heap.count - 1)
        }
    }

    mutating func cancel(_ key: Int) {
        guard contains(key) else { return }
        let position = Int(positions[key])
        positions[key] = -1
        let last = heap.removeLast()
        guard position < heap.count else { return }
        heap[position] = last
        positions[last.key] = Int32(position)
        settle(position)
    }

    /// Takes out the key that is due first, if it is due.
    mutating func popDue(now: UInt64) -> Int? {
        guard let entry = heap.first, entry.deadline <= now else { return nil }
        cancel(entry.key)
        return entry.key
    }

    private mutating func settle(_ start: Int) {
        let entry = heap[start]
        var position = start
        while position > 0, entry.precedes(heap[(position - 1) / 2]) {
            put(heap[(position - 1) / 2], at: position)
            position = (position - 1) / 2
        }
        while let child = smallerChild(of: position), heap[child].precedes(entry) {
            put(heap[child], at: position)
            position = child
        }
        put(entry, at: position)
    }

    private func smallerChild(of position: Int) -> Int? {
        let left = 2 * position + 1
        guard left < heap.count else { return nil }
        let right = left + 1
        return right < heap.count && heap[right].precedes(heap[left]) ? right : left
    }

    private mutating func put(_ entry: Entry, at position: Int) {
        heap[position] = entry
        positions[entry.key] = Int32(position)
    }
}
