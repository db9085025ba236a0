import Foundation
import Synchronization

/// What a reader does to a run while it trains.
package final class NetworkControl: Sendable {
    struct State {
        var isPaused: Bool
        /// How many epochs a run that is paused may do.
        var steps = 0
        /// The rate from now on; nil: as it is.
        var newRate: Double?
        /// Epochs in a second; 0: as many as there can be.
        var speed: Double
    }

    /// The number that the page gave the run.
    let run: Int
    let state: Mutex<State>

    /// - Parameter steps: how many epochs a run that is paused may do at first.
    package init(run: Int = 0, isPaused: Bool = false, steps: Int = 0, speed: Double = 0) {
        self.run = run
        state = Mutex(State(isPaused: isPaused, steps: steps, speed: speed))
    }
}

/// A change of a run.
struct NetworkChange: Decodable {
    var run: Int
    var paused: Bool?
    var step: Int?
    var rate: Double?
    var speed: Double?
}

extension NetworkControl {
    /// - Throws: `StudioMistake` for numbers out of bounds.
    func change(_ change: NetworkChange) throws {
        if let rate = change.rate { try StudioMistake.check("rate", rate, in: 1e-6...10) }
        if let speed = change.speed { try StudioMistake.check("speed", speed, in: 0...10000) }
        if let step = change.step { try StudioMistake.check("step", Double(step), in: 1...1000) }
        state.withLock { state in
            if let paused = change.paused { (state.isPaused, state.steps) = (paused, 0) }
            if let step = change.step { (state.isPaused, state.steps) = (true, state.steps + step) }
            if let rate = change.rate { state.newRate = rate }
            if let speed = change.speed { state.speed = speed }
        }
    }
}
