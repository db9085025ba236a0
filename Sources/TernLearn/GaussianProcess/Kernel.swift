import TernCore

/// How alike a Gaussian process takes two points to be.
///
/// ```swift
/// let kernel: Kernel = .constant(4) * .rbf(lengthScale: 1) + .white(noise: 0.1)
/// kernel.description                          // 2**2 * RBF(length_scale=1) + WhiteKernel(noise_level=0.1)
/// Kernel.rbf()(Tensor([[0.0], [1]]))          // [[1, 0.60653066], [0.60653066, 1]]
/// ```
///
/// Sums, products and powers of kernels are kernels. Hyperparameters lie within bounds when they are fitted; without
/// bounds they stay as they are. Names and defaults are scikit-learn's.
///
/// Source: Rasmussen and Williams, "Gaussian processes for machine learning", 2006, chapter 4; scikit-learn 1.9.1,
/// `sklearn.gaussian_process.kernels`.
public indirect enum Kernel: Sendable, Equatable, Codable, CustomStringConvertible {
    /// The same number for any two points, a variance: made by ``constant(_:bounds:)``.
    case constantKernel(Double, bounds: ClosedRange<Double>?)
    /// exp(−½ Σ ((x − y) / ℓ)²), with one ℓ for all features or one for each: made by ``rbf(lengthScale:bounds:)``.
    case rbfKernel([Double], bounds: ClosedRange<Double>?)
    /// Noise of this variance: different from 0 only for a point and itself. Made by ``white(noise:bounds:)``.
    case whiteKernel(Double, bounds: ClosedRange<Double>?)
    /// Functions of a few derivatives: made by ``matern(lengthScale:nu:bounds:)``.
    case maternKernel([Double], smoothness: Smoothness, bounds: ClosedRange<Double>?)
    /// Smooth functions of many length scales: made by
    /// ``rationalQuadratic(lengthScale:alpha:lengthScaleBounds:alphaBounds:)``.
    case rationalQuadraticKernel(
        lengthScale: Double, alpha: Double, lengthScaleBounds: ClosedRange<Double>?, alphaBounds: ClosedRange<Double>?)
    /// What comes again: made by ``expSineSquared(lengthScale:periodicity:lengthScaleBounds:periodicityBounds:)``.
    case expSineSquaredKernel(
        lengthScale: Double, periodicity: Double, lengthScaleBounds: ClosedRange<Double>?,
        periodicityBounds: ClosedRange<Double>?)
    /// Lines: made by ``dotProduct(sigma0:bounds:)``.
    case dotProductKernel(Double, bounds: ClosedRange<Double>?)
    /// The likeness by one kernel plus that by another: made by `+`.
    case sum(Kernel, Kernel)
    /// The likeness by one kernel times that by another: made by `*`.
    case product(Kernel, Kernel)
    /// The likeness by a kernel to a power: made by ``raised(to:)``.
    case power(Kernel, Double)

    /// How often functions of a ``matern(lengthScale:nu:bounds:)`` kernel have derivatives: those of scikit-learn's `nu`
    /// that need no Bessel function.
    ///
    /// ```swift
    /// Kernel.Smoothness.threeHalves.nu        // 1.5
    /// ```
    public enum Smoothness: String, Sendable, Codable, CaseIterable {
        /// Not once: nu = 0.5, the exponential kernel.
        case half
        /// Once: nu = 1.5.
        case threeHalves
        /// Twice: nu = 2.5.
        case fiveHalves
        /// Ever again: nu = ∞, which is ``Kernel/rbf(lengthScale:bounds:)``.
        case infinite

        /// As a number.
        public var nu: Double {
            switch self {
            case .half: 0.5
            case .threeHalves: 1.5
            case .fiveHalves: 2.5
            case .infinite: .infinity
            }
        }
    }

    /// The same number for any two points: scikit-learn's `ConstantKernel`. As a factor it is the variance of what the
    /// other kernel describes.
    ///
    /// - Parameter bounds: between which the number is fitted; nil: it stays.
    public static func constant(_ value: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .constantKernel(value, bounds: bounds)
    }
    /// Smooth functions, whose values at points a length scale apart are alike by e^(−½): scikit-learn's `RBF`.
    ///
    /// - Parameters:
    ///   - lengthScale: in the units of the features, the same for all.
    ///   - bounds: between which it is fitted; nil: it stays.
    public static func rbf(lengthScale: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .rbfKernel([lengthScale], bounds: bounds)
    }
    /// ``rbf(lengthScale:bounds:)`` with a length for each feature, within the same bounds.
    public static func rbf(lengthScales: [Double], bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .rbfKernel(lengthScales, bounds: bounds)
    }
    /// Noise of the observations, of this variance: scikit-learn's `WhiteKernel`. It is in the deviations of
    /// predictions too.
    ///
    /// - Parameter bounds: between which the variance is fitted; nil: it stays.
    public static func white(noise: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .whiteKernel(noise, bounds: bounds)
    }
    /// Functions of a few derivatives, rougher than those of ``rbf(lengthScale:bounds:)``: scikit-learn's `Matern`.
    ///
    /// ```swift
    /// Kernel.matern(nu: .half)(Tensor([[0.0], [1]]))          // [[1, 0.36787944], [0.36787944, 1]]
    /// ```
    ///
    /// - Parameters:
    ///   - lengthScale: in the units of the features, the same for all.
    ///   - nu: how smooth functions are.
    ///   - bounds: between which the length is fitted; nil: it stays.
    public static func matern(
        lengthScale: Double = 1, nu: Smoothness = .threeHalves, bounds: ClosedRange<Double>? = 1e-5...1e5
    ) -> Kernel {
        .maternKernel([lengthScale], smoothness: nu, bounds: bounds)
    }
    /// ``matern(lengthScale:nu:bounds:)`` with a length for each feature, within the same bounds.
    public static func matern(
        lengthScales: [Double], nu: Smoothness = .threeHalves, bounds: ClosedRange<Double>? = 1e-5...1e5
    ) -> Kernel {
        .maternKernel(lengthScales, smoothness: nu, bounds: bounds)
    }
    /// A mixture of ``rbf(lengthScale:bounds:)`` kernels of many lengths, (1 + d² / (2 α ℓ²))^−α of the distance d:
    /// scikit-learn's `RationalQuadratic`.
    ///
    /// ```swift
    /// Kernel.rationalQuadratic()(Tensor([[0.0], [1]]))        // [[1, 0.66666667], [0.66666667, 1]]
    /// ```
    ///
    /// - Parameters:
    ///   - lengthScale: in the units of the features, the same for all.
    ///   - alpha: how alike the lengths are; at ∞ there is one.
    ///   - lengthScaleBounds: between which the length is fitted; nil: it stays. So for alpha.
    public static func rationalQuadratic(
        lengthScale: Double = 1, alpha: Double = 1, lengthScaleBounds: ClosedRange<Double>? = 1e-5...1e5,
        alphaBounds: ClosedRange<Double>? = 1e-5...1e5
    ) -> Kernel {
        .rationalQuadraticKernel(
            lengthScale: lengthScale, alpha: alpha, lengthScaleBounds: lengthScaleBounds, alphaBounds: alphaBounds)
    }
    /// Functions that repeat, exp(−2 (sin(π d / p) / ℓ)²) of the distance d: scikit-learn's `ExpSineSquared`. Times a
    /// ``rbf(lengthScale:bounds:)`` kernel, a cycle that changes slowly.
    ///
    /// ```swift
    /// Kernel.expSineSquared(periodicity: 2)(Tensor([[0.0], [4]]))     // [[1, 1], [1, 1]], up to rounding
    /// ```
    ///
    /// - Parameters:
    ///   - lengthScale: of the sine, how smooth a cycle is.
    ///   - periodicity: after which functions repeat, in the units of the features.
    ///   - lengthScaleBounds: between which the length is fitted; nil: it stays. So for the periodicity.
    public static func expSineSquared(
        lengthScale: Double = 1, periodicity: Double = 1, lengthScaleBounds: ClosedRange<Double>? = 1e-5...1e5,
        periodicityBounds: ClosedRange<Double>? = 1e-5...1e5
    ) -> Kernel {
        .expSineSquaredKernel(
            lengthScale: lengthScale, periodicity: periodicity, lengthScaleBounds: lengthScaleBounds,
            periodicityBounds: periodicityBounds)
    }
    /// Lines, x · y + σ₀²: scikit-learn's `DotProduct`. It depends on where 0 is.
    ///
    /// ```swift
    /// Kernel.dotProduct(sigma0: 2)(Tensor([[1.0], [3]]))      // [[5, 7], [7, 13]]
    /// ```
    ///
    /// - Parameters:
    ///   - sigma0: the deviation of the lines at 0.
    ///   - bounds: between which it is fitted; nil: it stays.
    public static func dotProduct(sigma0: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .dotProductKernel(sigma0, bounds: bounds)
    }

    /// A function that is the sum of two independent ones.
    public static func + (a: Kernel, b: Kernel) -> Kernel { .sum(a, b) }
    /// Points that both kernels take to be alike.
    public static func * (a: Kernel, b: Kernel) -> Kernel { .product(a, b) }
    /// The kernel to a power: scikit-learn's `Exponentiation`; to a whole one, products of lines are polynomials.
    ///
    /// ```swift
    /// Kernel.dotProduct().raised(to: 2)(Tensor([[1.0], [3]]))         // [[4, 16], [16, 100]]
    /// ```
    public func raised(to exponent: Double) -> Kernel { .power(self, exponent) }
}
