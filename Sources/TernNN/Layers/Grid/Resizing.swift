import TernCore

/// Images on another grid.
///
/// ```swift
/// let x = Tensor.zeros([2, 12, 18, 3])
/// let y = Resizing(height: 6, width: 9)(x)                                                 // [2, 6, 9, 3]
/// let z = Resizing(height: 8, width: 8, interpolation: .bicubic, antialias: true)(x)   // [2, 8, 8, 3]
/// ```
///
/// Input [batch, height, width, channels], or one image without the batch; output of the given height and width. The
/// images are taken to cover the same area before and after; see ``resize(_:height:width:interpolation:antialias:)``.
/// To keep their proportions, the middle of the right proportions is cut out (`cropToAspectRatio`), or margins of
/// `fillValue` are put around (`padToAspectRatio`). Integers stay integers, rounded.
public final class Resizing: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The output's number of rows and of columns.
    public let height: Int, width: Int
    /// How cells are filled from those of the input.
    public let interpolation: Interpolation
    /// Whether proportions are kept by cutting out the middle, or by margins.
    public let cropToAspectRatio: Bool, padToAspectRatio: Bool
    /// What margins are filled with.
    public let fillValue: Double
    /// Whether a coarser grid averages over the cells that fall into one of its own.
    public let antialias: Bool

    /// Images of the given height and width.
    ///
    /// - Parameter cropToAspectRatio: whether proportions are kept by cutting out the middle; `padToAspectRatio` keeps
    ///   them by margins of `fillValue`.
    public init(
        height: Int, width: Int, interpolation: Interpolation = .bilinear, cropToAspectRatio: Bool = false,
        padToAspectRatio: Bool = false, fillValue: Double = 0, antialias: Bool = false, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.cropToAspectRatio = cropToAspectRatio
        self.padToAspectRatio = padToAspectRatio
        self.fillValue = fillValue
        self.antialias = antialias
        if let wrong = complaintAboutSettings { fail("Resizing: \(wrong)") }
    }

    private var complaintAboutSettings: String? {
        if let wrong = complaintAboutSize(height, width) { return wrong }
        return cropToAspectRatio && padToAspectRatio ? "either cropToAspectRatio or padToAspectRatio, not both" : nil
    }

    /// The input must be images with cells, with or without a batch.
    public func complaint(about inputShape: [Int]) -> String? {
        complaintAboutSettings ?? complaintAboutImages(inputShape)
    }

    /// The images on the other grid, [batch, height, width, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let source = cropToAspectRatio ? middle(of: x, height, width) : padToAspectRatio ? padded(x) : x
        let y = resize(source, height: height, width: width, interpolation: interpolation, antialias: antialias)
        return x.dtype.isFloatingPoint || y.dtype == x.dtype ? y : round(y).cast(to: x.dtype)
    }

    /// With equal margins above and below, or left and right, that give the proportions of the output, rounded down.
    private func padded(_ x: Tensor) -> Tensor {
        let axis = x.rank - 3, (h, w) = (x.shape[axis], x.shape[axis + 1])
        let above = (max(h, Int(Double(w * height) / Double(width))) - h) / 2
        let beside = (max(w, Int(Double(h * width) / Double(height))) - w) / 2
        let (place, cells) = above > 0 ? (axis, above) : (axis + 1, beside)
        if cells == 0 { return x }
        var shape = x.shape
        shape[place] = cells
        let margin = Tensor(repeating: fillValue, shape: shape, dtype: x.dtype)
        return .concatenated([margin, x, margin], axis: place)
    }
}

/// The middle of images, of the given height and width.
///
/// ```swift
/// let y = CenterCrop(height: 10, width: 10)(Tensor.zeros([2, 12, 18, 3]))   // [2, 10, 10, 3]
/// ```
///
/// Of images that are smaller the largest middle of the same proportions is stretched bilinearly, as in Keras. Input
/// [batch, height, width, channels], or one image without the batch.
public final class CenterCrop: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The output's number of rows and of columns.
    public let height: Int, width: Int

    /// The middle of the given height and width.
    public init(height: Int, width: Int, name: String? = nil) {
        if let wrong = complaintAboutSize(height, width) { fail("CenterCrop: \(wrong)") }
        info = LayerInfo(name: name)
        self.height = height
        self.width = width
    }

    /// The input must be images with cells, with or without a batch.
    public func complaint(about inputShape: [Int]) -> String? {
        complaintAboutSize(height, width) ?? complaintAboutImages(inputShape)
    }

    /// The middle, [batch, height, width, channels]; integers become real numbers.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let x = x.dtype.isFloatingPoint ? x : x.cast(to: info.dtype)
        let axis = x.rank - 3, (h, w) = (x.shape[axis], x.shape[axis + 1])
        guard h >= height, w >= width else { return resize(middle(of: x, height, width), height: height, width: width) }
        let (top, left) = ((h - height) / 2, (w - width) / 2)
        return x.sliced(top..<(top + height), axis: axis).sliced(left..<(left + width), axis: axis + 1)
    }
}

private func complaintAboutSize(_ height: Int, _ width: Int) -> String? {
    height < 1 || width < 1 ? "height and width must be above 0, not \(height) and \(width)" : nil
}

private func complaintAboutImages(_ shape: [Int]) -> String? {
    guard shape.count == 3 || shape.count == 4 else {
        return "it wants [batch, height, width, channels] or [height, width, channels]"
    }
    return shape.suffix(3).prefix(2).contains(0) ? "the images have no cells" : nil
}

/// The largest middle of images with the proportions of height and width.
private func middle(of x: Tensor, _ height: Int, _ width: Int) -> Tensor {
    let axis = x.rank - 3, (h, w) = (x.shape[axis], x.shape[axis + 1])
    let rows = max(1, min(h, Int(Double(w * height) / Double(width)))),
        columns = max(1, min(w, Int(Double(h * width) / Double(height))))
    let (top, left) = ((h - rows) / 2, (w - columns) / 2)
    return x.sliced(top..<(top + rows), axis: axis).sliced(left..<(left + columns), axis: axis + 1)
}
