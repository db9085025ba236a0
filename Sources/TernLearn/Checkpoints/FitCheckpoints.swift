import Synchronization
import TernCore

/// Where fits keep what they have done, so that work that was interrupted goes on from there when it is done again.
///
/// A fit asks for it where it begins to loop (``FitLoop``) or to do many pieces (``FitResults``). Work that is the same
/// asks in the same order, by which it finds its own again; pieces that are done at once have numbers
/// (``FitWork/Pieces``).
package protocol FitCheckpoints: Sendable {
    /// What was kept under a name; nil where nothing was.
    func kept<State: Codable>(_ name: String, as type: State.Type) throws -> State?
    /// Keeps a state in the place of the one before; what fails is told, and work goes on.
    func keep<State: Codable>(_ name: String, _ state: State)
    /// Whether it is time to keep a state again; asked after each epoch or piece.
    func isDue() -> Bool
}

/// Those for the work of this task.
package enum FitWork {
    @TaskLocal fileprivate static var place: Place?
    /// By which somebody else than the task asks the work to end.
    @TaskLocal package static var stop: FitStop?

    static var isCancelled: Bool { Task.isCancelled || stop?.isAsked == true }

    /// A part of the work, whose loops are counted by themselves.
    final fileprivate class Place: Sendable {
        let checkpoints: any FitCheckpoints, name: String
        private let count = Mutex(0)

        init(_ checkpoints: any FitCheckpoints, _ name: String) { (self.checkpoints, self.name) = (checkpoints, name) }

        func next(_ kind: String) -> String {
            count.withLock {
                $0 += 1
                return "\(name)\(kind)-\($0)"
            }
        }
    }

    /// Where one loop keeps its state, or many pieces their results; nowhere where the task keeps nothing.
    fileprivate struct Entry: Sendable {
        let checkpoints: (any FitCheckpoints)?, name: String

        /// The next of a kind, such as "mlp".
        init(_ kind: String) {
            checkpoints = FitWork.place?.checkpoints
            name = FitWork.place?.next(kind) ?? ""
        }

        func kept<State: Codable>(as type: State.Type) throws -> State? { try checkpoints?.kept(name, as: type) }

        func keep(_ state: some Codable) { checkpoints?.keep(name, state) }

        var isDue: Bool { checkpoints?.isDue() == true }
    }

    /// Work that is kept.
    package static func keeping<R>(_ checkpoints: any FitCheckpoints, _ body: () throws -> R) rethrows -> R {
        try $place.withValue(Place(checkpoints, ""), operation: body)
    }

    /// Work in pieces that are done in any order and on any thread, each of which is a part of its own.
    package struct Pieces: Sendable {
        private let entry = Entry("pieces"), stop = FitWork.stop

        package init() {}

        /// Threads other than the task's know neither what is kept nor who asks for the end, unless they are told.
        package func piece<R>(_ number: Int, _ body: () throws -> R) rethrows -> R {
            try FitWork.$stop.withValue(stop) {
                guard let checkpoints = entry.checkpoints else { return try body() }
                return try FitWork.$place.withValue(Place(checkpoints, "\(entry.name)-\(number)-"), operation: body)
            }
        }
    }

    /// A part of the work that may be left out when it is done already; without checkpoints just the part.
    package static func part<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
        guard let place else { return try body() }
        return try $place.withValue(Place(place.checkpoints, "\(place.name)\(name)-"), operation: body)
    }
}

/// Asks work to end where it next looks, as cancelling its task does.
package final class FitStop: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package var isAsked: Bool { flag.load(ordering: .acquiring) }
    package func ask() { flag.store(true, ordering: .releasing) }
}

/// A loop of epochs whose state is kept.
package struct FitLoop<State: Codable> {
    private let entry: FitWork.Entry

    /// - Parameter kind: of the loop, which tells it in errors from others.
    package init(_ kind: String) { entry = FitWork.Entry(kind) }

    /// The state after the last epoch that was kept.
    package func kept() throws -> State? { try entry.kept(as: State.self) }

    /// Keeps the state after an epoch, where it is time to.
    ///
    /// - Throws: `CancellationError` where the task is cancelled; the state is then kept.
    package func endEpoch(_ state: @autoclosure () -> State) throws {
        let isCancelled = FitWork.isCancelled
        if isCancelled || entry.isDue { entry.keep(state()) }
        if isCancelled { throw CancellationError() }
    }
}

/// The results of many pieces of work, which may end in any order and on any thread.
package final class FitResults<Value: Codable & Sendable>: Sendable {
    private let entry: FitWork.Entry
    private let values: Mutex<[Int: Value]>

    /// - Parameter kind: of the pieces.
    /// - Throws: what reading the kept ones throws.
    package init(_ kind: String) throws {
        entry = FitWork.Entry(kind)
        values = Mutex(try entry.kept(as: [Int: Value].self) ?? [:])
    }

    /// The result of a piece that was done before.
    package subscript(piece: Int) -> Value? { values.withLock { $0[piece] } }

    /// Takes a result, and keeps all where it is time to.
    package func finish(_ piece: Int, _ value: Value) {
        values.withLock {
            $0[piece] = value
            if entry.isDue { entry.keep($0) }
        }
    }

    /// Keeps all that there are: the work ends before its time.
    package func keep() { values.withLock { entry.keep($0) } }
}
