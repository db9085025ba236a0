/// What a training run reported, epoch by epoch.
///
/// ```swift
/// let history = try model.fit(x, y, epochs: 30, validationSplit: 0.2)
/// history["val_loss"].last
/// ```
public struct History: Sendable, Codable, Equatable {
    /// The numbers of the epochs, from 0.
    public private(set) var epochs: [Int] = []
    /// The values of each quantity, named as in Keras: `loss`, `val_loss`, metrics' names.
    public private(set) var values: [String: [Double]] = [:]

    public init() {}

    /// The values of one quantity, empty where it was not reported.
    public subscript(name: String) -> [Double] { values[name] ?? [] }

    /// Adds what an epoch, counted from 0, reported.
    public mutating func add(_ epoch: Int, _ logs: [String: Double]) {
        epochs.append(epoch)
        for (name, value) in logs { values[name, default: []].append(value) }
    }

    /// A table with a row for each epoch.
    public var csv: String {
        let names = values.keys.sorted()
        let rows = epochs.indices.map { i in
            (["\(epochs[i])"] + names.map { values[$0]!.count > i ? "\(values[$0]![i])" : "" }).joined(separator: ",")
        }
        return ([(["epoch"] + names).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    }
}
