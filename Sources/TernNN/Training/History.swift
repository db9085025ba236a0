import TernText

/// What a training run reported, epoch by epoch.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let x = Tensor([[1.0], [2], [3], [4]])
/// let history = try model.fit(x, 2 * x, epochs: 3, validationSplit: 0.25)
/// history["val_loss"].count               // 3
/// history.epochs                          // [0, 1, 2]
/// ```
public struct History: Sendable, Codable, Equatable {
    /// The numbers of the epochs, from 0.
    public private(set) var epochs: [Int] = []
    /// The values of each quantity, named as in Keras: `loss`, `val_loss`, metrics' names.
    public private(set) var values: [String: [Double]] = [:]
    /// In which of the reports each value stood.
    private var places: [String: [Int]] = [:]

    /// A history in which nothing has been reported yet.
    public init() {}

    /// Throws `DecodingError` where the values do not belong to the reports one by one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epochs = try container.decode([Int].self, forKey: .epochs)
        values = try container.decode([String: [Double]].self, forKey: .values)
        places = try container.decode([String: [Int]].self, forKey: .places)
        for name in Set(values.keys).union(places.keys).sorted() {
            let own = places[name] ?? []
            guard own.count == self[name].count, own.allSatisfy(epochs.indices.contains),
                zip(own, own.dropFirst()).allSatisfy(<)
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .places, in: container,
                    debugDescription:
                        "the \(self[name].count) values of \(name) do not belong to \(epochs.count) epochs")
            }
        }
    }

    /// The values of one quantity, empty where it was not reported.
    public subscript(name: String) -> [Double] { values[name] ?? [] }

    /// Adds what an epoch, counted from 0, reported. Quantities that come later than others have fewer values.
    public mutating func add(_ epoch: Int, _ logs: [String: Double]) {
        for (name, value) in logs {
            values[name, default: []].append(value)
            places[name, default: []].append(epochs.count)
        }
        epochs.append(epoch)
    }

    /// A table of comma-separated values with a header and a row for each epoch: its number and the quantities in the
    /// order of their names.
    public var csv: String {
        let names = values.keys.sorted()
        var rows = epochs.map { ["\($0)"] + names.map { _ in "" } }
        for (column, name) in names.enumerated() {
            for (place, value) in zip(places[name] ?? [], values[name] ?? []) { rows[place][column + 1] = "\(value)" }
        }
        let lines = [["epoch"] + names.map { $0.csvField() }] + rows
        return lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    }
}
