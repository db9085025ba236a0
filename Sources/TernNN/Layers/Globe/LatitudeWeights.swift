import TernCore

/// The area that each row of a grid stands for, with mean 1.
struct LatitudeWeights: Sendable, Codable, Hashable {
    let degrees: [Double]
    let bounds: [ClosedRange<Double>]?
    let axis: Int

    /// What is wrong with the latitudes, nil where nothing is.
    var complaint: String? { Sphere.complaint(aboutLatitudes: degrees) }

    /// What is wrong with values of `rank` axes or more, nil where they have a row for each latitude.
    func complaint(aboutValues shape: [Int], rank: Int) -> String? {
        let at = place(of: axis, in: rank)
        return at < shape.count && shape[at] == degrees.count
            ? nil : "\(degrees.count) latitudes do not fit values of shape \(shape) along axis \(axis)"
    }

    /// The factors, shaped to lie along `axis` of values of `rank` axes.
    func factors(rank: Int, dtype: DType) -> Tensor {
        let axis = place(of: self.axis, in: rank)
        guard axis >= 0, axis < rank else {
            fail("weighted(byLatitude:axis:): axis \(self.axis) is out of range for values of \(rank) axes")
        }
        var shape = [Int](repeating: 1, count: rank)
        shape[axis] = degrees.count
        return Tensor(Sphere.rowAreas(latitudes: degrees, bounds: bounds), shape: shape).cast(to: dtype)
    }
}

extension LatitudeWeights {
    /// Of the rows of a grid [batch, latitude, longitude, channels].
    init(ofRowsAt latitudes: [Double]) { self.init(degrees: latitudes, bounds: nil, axis: 1) }

    /// What is wrong with such a grid, nil where it has a row for each latitude.
    func complaint(aboutGrid shape: [Int]) -> String? {
        if let complaint = TwoDimensions.complaint(about: shape) ?? self.complaint { return complaint }
        return shape[1] == degrees.count ? nil : "it has \(degrees.count) latitudes and got \(shape[1]) rows"
    }
}
