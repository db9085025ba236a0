/// What is asked of a dataset's variables again and again, found once: a file may hold thousands.
struct VariableIndex: Sendable {
    /// Places in the list of variables, by name.
    let places: [String: Int]
    /// The variables along one dimension alone, by that dimension.
    let along: [String: [Int]]
    /// Those that label a dimension by what they are, by that dimension.
    let labelling: [String: [Int]]
    /// Names that variables have for their bounds, and for all that belongs to them.
    let bounds: Set<String>, helpers: Set<String>

    init(_ variables: [Variable]) {
        places = Dictionary(variables.indices.map { (variables[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        var along: [String: [Int]] = [:], labelling: [String: [Int]] = [:]
        var bounds = Set<String>(), helpers = Set<String>()
        for (place, variable) in variables.enumerated() {
            if variable.dimensions.count == 1 { along[variable.dimensions[0], default: []].append(place) }
            if let dimension = variable.labelledDimension, variable.isCoordinate {
                labelling[dimension, default: []].append(place)
            }
            for attribute in variable.storedAttributes {
                guard let text = attribute.value.text else { continue }
                if attribute.name == "bounds" { bounds.insert(text) }
                if ["bounds", "climatology", "coordinates", "ancillary_variables", "grid_mapping"].contains(
                    attribute.name)
                {
                    helpers.formUnion(text.split(separator: " ").map(String.init))
                }
            }
        }
        (self.along, self.labelling, self.bounds, self.helpers) = (along, labelling, bounds, helpers)
    }
}

extension Variable {
    /// The dimension along which it could label a field; characters lie along a dimension of their own.
    var labelledDimension: String? {
        switch (type, dimensions.count) {
        case (.char, 2): dimensions[0]
        case (.char, _): nil
        case (_, 1): dimensions[0]
        default: nil
        }
    }

    /// Whether it labels a dimension by what it is, whatever other variables say.
    var isCoordinate: Bool {
        guard let dimension = labelledDimension else { return false }
        return name == dimension || type.isInteger && !Unpacking(self).isPacked || type.isText || role != nil
    }
}
