import Foundation
import Tern

/// A Gaussian process on the points of a curve.
package struct NetworkProcessRequest: Decodable, Sendable {
    package enum Shape: String, Codable, Sendable, CaseIterable {
        case rbf, matern, rationalquadratic

        /// - Throws: `StudioMistake` where there is no such kernel.
        package init(from decoder: any Decoder) throws {
            let name = try decoder.singleValueContainer().decode(String.self)
            guard let shape = Self(rawValue: name) else {
                throw StudioMistake(
                    "there is no kernel \"\(name.prefix(40))\"; there are \(Self.allCases.map(\.rawValue).joined(separator: ", "))",
                    argument: "kernel")
            }
            self = shape
        }
    }
    package var x: [Double], y: [Double], view: [[Double]]
    package var kernel: Shape
    /// Whether the points are taken to have noise, whose strength is found with the rest.
    package var white: Bool
    /// Whether the points are those of the sine, whose error is known.
    package var isSine: Bool

    package init(
        x: [Double], y: [Double], view: [[Double]], kernel: Shape = .rbf, white: Bool = true, isSine: Bool = false
    ) {
        (self.x, self.y, self.view, self.kernel, self.white, self.isSine) = (x, y, view, kernel, white, isSine)
    }

    package static let mostPoints = 300

    /// The process before its fit: a constant times the kernel, and noise.
    package var process: GaussianProcessRegressor {
        let shape: Kernel =
            switch kernel {
            case .rbf: .rbf(lengthScale: 1)
            case .matern: .matern(lengthScale: 1, nu: .threeHalves)
            case .rationalquadratic: .rationalQuadratic(lengthScale: 1, alpha: 1)
            }
        let alike = Kernel.constant(1) * shape
        return GaussianProcessRegressor(kernel: white ? alike + .white(noise: 0.1) : alike)
    }
}

package struct NetworkProcess: Encodable {
    package var x: NumberArray, mean: NumberArray, deviation: NumberArray
    package var kernel: String, likelihood: Double
    package var error: Double?
    package var warnings: [String]

    /// - Throws: `StudioMistake` where it cannot be fitted, `CancellationError` where the page waits no more.
    package init(_ request: NetworkProcessRequest, _ work: StudioWork = StudioWork()) throws {
        try NetworkPoints(x: [request.x], y: request.y, isClasses: false).check()
        _ = try StudioMistake.axes(request.view)
        guard request.view.count == 1 else { throw StudioMistake("the view has one axis", argument: "view") }
        guard request.y.count <= NetworkProcessRequest.mostPoints else {
            throw StudioMistake(
                "a Gaussian process's cost grows with the cube of the points: \(NetworkProcessRequest.mostPoints) are taken at most, and there are \(request.y.count)",
                argument: "process")
        }
        var process = request.process
        process.watch = { try work.checkAbandoned() }
        try process.fit(Tensor(request.x, shape: [request.x.count, 1]), Tensor(request.y))
        let places = NetworkPicture.places(request.view[0])
        let found = try process.predictWithStandardDeviation(Tensor(places, shape: [places.count, 1]))
        x = NumberArray(places)
        mean = NumberArray(found.mean.doubles)
        deviation = NumberArray(found.standardDeviation.doubles)
        kernel = process.fittedKernel!.description
        likelihood = process.logMarginalLikelihoodValue
        error = request.isSine ? sineError(places, found.mean.doubles) : nil
        warnings = process.warnings
    }
}

/// The mean squared error of a function beside the sine.
func sineError(_ x: [Double], _ values: [Double]) -> Double {
    meanSquaredError(sin(Tensor(x)), Tensor(values))
}
