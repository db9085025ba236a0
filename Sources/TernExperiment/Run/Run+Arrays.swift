import Tern

extension Preprocessing {
    /// A variable as an array of a program's: a value for each example, cell and channel, in its units.
    package struct ArrayVariable {
        package let name: String, units: String
        /// Of an example: cells, then channels.
        package let shape: [Int]

        init(_ variable: FittedVariable) {
            name = variable.name
            units = variable.attributes["units"] ?? ""
            shape = variable.shape.cellShape + variable.shape.channels.map(\.count)
        }
    }

    package var arrayInputs: [ArrayVariable] { inputs.map(ArrayVariable.init) }
    package var arrayTargets: [ArrayVariable] { targets.map(ArrayVariable.init) }

    /// Why arrays without times and coordinates are no examples of a run; nil where they are.
    package var complaintAboutArrays: String? {
        func needs(_ what: String) -> String {
            "this run needs \(what), which arrays do not say; use `tern predict` on files, or train without"
        }
        if configuration.window.length > 1 { return needs("a window of steps") }
        if !configuration.timeInputs.isEmpty { return needs("the time as an input") }
        for variable in inputs + targets {
            if variable.climatology != nil { return needs("the time, for the anomalies of \"\(variable.name)\"") }
            if variable.trend != nil { return needs("the time, for the trend of \"\(variable.name)\"") }
            if variable.configuration.byGroup { return needs("the group, for the scale of \"\(variable.name)\"") }
        }
        if let masked = inputs.first(where: \.configuration.mask) { return needs("the mask of \"\(masked.name)\"") }
        if let other = inputs.first(where: { $0.shape.cellShape != inputs[0].shape.cellShape }) {
            return needs("\"\(inputs[0].name)\" and \"\(other.name)\" on one grid")
        }
        return nil
    }

    /// What networks read of arrays, [examples] + ``inputShape``.
    ///
    /// - Throws: `DataError` where a value is infinite, or missing and nothing fills it.
    func scaled(_ arrays: [Tensor]) throws -> Tensor {
        let count = arrays[0].shape[0], cells = inputs[0].shape.cellCount
        let parts = try zip(inputs, arrays).map { input, array -> Tensor in
            var values = StepValues(array.doubles)
            if input.isDouble != true { values.round() }
            input.scaling.scale(&values)
            var singles = values.singles
            let fill = input.fill?.values
            for i in singles.indices where !singles[i].isFinite {
                guard singles[i].isNaN else {
                    throw DataError(
                        file: "input \"\(input.name)\"",
                        "a value of example \(i / input.shape.count) is infinite (or beyond single precision); correct it, or make it missing"
                    )
                }
                guard let fill else {
                    throw DataError(
                        file: "input \"\(input.name)\"",
                        "a value of example \(i / input.shape.count) is missing; leave the example out, or train with `fill`"
                    )
                }
                singles[i] = Float(fill.count == 1 ? fill[0] : fill[i % fill.count])
            }
            return Tensor(singles, shape: [count * cells, input.shape.channelCount])
        }
        return Tensor.concatenated(parts, axis: 1).reshaped([count] + inputShape)
    }
}

extension Run {
    /// Predictions for values in memory: an array for each input of ``Preprocessing/arrayInputs``, in the units of the
    /// training data, [examples] + its shape. Gives one for each target, in its units.
    ///
    /// - Throws: `DataError` where a value is missing or infinite, or the run needs more than values.
    package func predict(arrays: [Tensor]) throws -> [Tensor] {
        if let complaint = preprocessing.complaintAboutArrays { throw DataError(file: folder, complaint) }
        let examples = Examples(
            inputs: try preprocessing.scaled(arrays), count: arrays[0].shape[0], sample: experiment.data.sample)
        let answers = try forecaster.predict(examples, batchSize: experiment.training.batchSize)
        return try preprocessing.restored(answers, count: arrays[0].shape[0], at: [])
    }
}

extension Examples {
    /// Inputs alone, of which nothing else is known.
    fileprivate init(inputs: Tensor, count: Int, sample: String) {
        self.init(
            inputs: inputs, targets: .zeros([0]), previousTargets: .zeros([0]),
            labels: (0..<count).map { Label.number(Double($0)) }, groups: [String](repeating: "", count: count),
            runs: [String](repeating: "", count: count), coordinates: [], sample: sample)
    }
}
