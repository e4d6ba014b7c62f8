/// Who waits for which read, without a task and without a clock: events with their instants go in, what is to be done comes out.
///
/// Who asks while a read is under way waits for the next one, which begins after he asked: no answer is older than its question.
/// The next one begins when that one ends; or, when it takes long, with the next who asks, lest one hung connection holds up all.
struct SharingStateMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct AskerID: Sendable, Hashable { var number: Int }
    struct RunID: Sendable, Hashable { var number: Int }

    enum Decision: Sendable, Equatable {
        /// Nothing of the kind is under way: the asker reads for himself.
        case alone(RunID)
        /// A later run answers.
        case wait
        /// What is under way takes long: another run begins, for those who wait and for the asker.
        case start(Batch)
        /// So many wait already.
        case refuse(Int)
    }

    /// One read for all who wait for it.
    struct Batch: Sendable, Equatable {
        var run: RunID
        var askers: [AskerID]
    }

    enum GivenUp: Sendable, Equatable {
        case nothing
        /// Nobody wants the answer of this run any more.
        case cancel(RunID)
    }

    private struct Read {
        /// The last one that began.
        var run: RunID
        var began: Instant
        /// Those who asked since then.
        var waiting: [AskerID] = []
    }

    private enum Place {
        case waiting(SharedRead)
        case running(RunID)
    }

    /// A run that takes longer is not waited for by those who ask then.
    let patience: Duration
    let waitingLimit: Int
    private var reads: [SharedRead: Read] = [:]
    private var runs: [RunID: (read: SharedRead, askers: [AskerID])] = [:]
    private var places: [AskerID: Place] = [:]
    private var lastRun = 0

    init(waitingLimit: Int, patience: Duration = .seconds(1)) {
        self.waitingLimit = waitingLimit
        self.patience = patience
    }

    /// Nothing is under way, and nobody waits.
    var isIdle: Bool { reads.isEmpty && runs.isEmpty && places.isEmpty }

    /// How many wait for an answer, beside those who read for themselves.
    var waitingCount: Int { places.count }

    mutating func ask(_ read: SharedRead, _ asker: AskerID, at now: Instant) -> Decision {
        guard let current = reads[read] else { return .alone(begin(read, [], now)) }
        guard places.count < waitingLimit else { return .refuse(places.count) }
        if now >= current.began + patience { return .start(beginBatch(read, current.waiting + [asker], now)) }
        reads[read]?.waiting.append(asker)
        places[asker] = .waiting(read)
        return .wait
    }

    /// - Returns: who gets the answer of that run, and the run that begins now for those who came after it.
    mutating func finished(_ id: RunID, at now: Instant) -> (answered: [AskerID], next: Batch?) {
        guard let (read, askers) = runs.removeValue(forKey: id) else { return ([], nil) }
        for asker in askers { places[asker] = nil }
        // Those who wait do so for the end of the last one.
        guard let current = reads[read], current.run == id else { return (askers, nil) }
        guard current.waiting.isEmpty else { return (askers, beginBatch(read, current.waiting, now)) }
        reads[read] = nil
        return (askers, nil)
    }

    mutating func giveUp(_ asker: AskerID) -> GivenUp {
        switch places.removeValue(forKey: asker) {
        case nil: return .nothing
        case .waiting(let read):
            reads[read]?.waiting.removeAll { $0 == asker }
            return .nothing
        case .running(let run):
            runs[run]?.askers.removeAll { $0 == asker }
            return runs[run]?.askers.isEmpty == true ? .cancel(run) : .nothing
        }
    }

    private mutating func beginBatch(_ read: SharedRead, _ askers: [AskerID], _ now: Instant) -> Batch {
        let run = begin(read, askers, now)
        for asker in askers { places[asker] = .running(run) }
        return Batch(run: run, askers: askers)
    }

    private mutating func begin(_ read: SharedRead, _ askers: [AskerID], _ now: Instant) -> RunID {
        lastRun += 1
        let id = RunID(number: lastRun)
        reads[read] = Read(run: id, began: now)
        runs[id] = (read, askers)
        return id
    }
}
