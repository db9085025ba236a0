import TernCore

extension Field {
    /// The mean of the last `length` entries along a dimension, or of those around each where `centered`; as xarray's
    /// `rolling(...).mean()`.
    ///
    /// ```swift
    /// let rain = Field("rain", Tensor([1.0, 2, 6, 4]), dimensions: ["time"])
    /// print(try rain.rollingMean(3, minimumCount: 1).values.doubles)  // [1.0, 1.5, 3.0, 4.0]
    /// ```
    ///
    /// A centred window of even length holds one entry more before than after.
    ///
    /// - Parameter minimumCount: how many values must be there, by default all; elsewhere the mean is NaN.
    /// - Throws: `DataError` where the dimension does not exist, or the length or the count is less than 1.
    /// - Complexity: O(values), whatever the length.
    public func rollingMean(
        _ length: Int, along dimension: String = "time", centered: Bool = false, minimumCount: Int? = nil
    ) throws -> Field {
        guard length > 0 else { throw failure("a window of \(length) entries cannot be") }
        let needed = minimumCount ?? length
        guard needed > 0 else { throw failure("a mean of \(needed) values cannot be; minimumCount begins at 1") }
        let series = Series(shape, axis: try axis(of: dimension))
        // Beyond the ends there is nothing, however far a window reaches.
        let behind = centered ? (length - 1) / 2 : 0, after = min(behind, series.n),
            before = min(length - 1 - behind, series.n)
        let window = RollingWindow(length: before + after + 1, after: after, needed: needed)
        return with(
            values.dtype == .float32
                ? window.means(of: values, series, Float.self) : window.means(of: values, series, Double.self))
    }
}

/// A window that moves along series.
private struct RollingWindow {
    let length: Int
    /// How many of its entries come after the one it belongs to.
    let after: Int
    let needed: Int

    func means<S: FieldNumber>(of values: Tensor, _ series: Series, _: S.Type) -> Tensor {
        Tensor(shape: values.shape, dtype: S.dtype) { bytes in
            let out = UncheckedBuffer(bytes.bindMemory(to: S.self))
            values.withScalars(S.self) { x in
                guard let x = x.baseAddress else { return }
                // As many series as keep the sums in the second-level cache.
                let width = max(16, min(512, (1 << 14) / length))
                series.forEachBlock(width: width) { o, columns in
                    let start = series.index(o, 0, columns.lowerBound)
                    means(x + start, series.n, series.inner, columns.count, out.pointer + start)
                }
            }
        }
    }

    /// Entries are cut into blocks as long as the window, which therefore touches two: its sum is that of the end of
    /// one and of the beginning of the next. Three additions a value whatever the length, and no subtraction, which
    /// would lose digits.
    private func means<S: FieldNumber>(
        _ x: UnsafePointer<S>, _ n: Int, _ step: Int, _ width: Int, _ out: UnsafeMutablePointer<S>
    ) {
        let before = length - 1 - after, needed = Double(needed)
        /// Adds an entry, if there is one, to sums and counts that lie behind them.
        @inline(__always) func add(_ entry: Int, _ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>) {
            guard entry >= 0, entry < n else { return to.update(from: from, count: 2 * width) }
            let x = x + entry * step
            for i in 0..<width {
                let value = Double(stored: x[i]), isThere = value == value
                to[i] = from[i] + (isThere ? value : 0)
                to[width + i] = from[width + i] + (isThere ? 1 : 0)
            }
        }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width * (length + 2)) { sums in
            sums.initialize(repeating: 0)
            // Sums from the beginning of this block, and from each place to the end of the last one; the end itself is
            // 0.
            let head = sums.baseAddress!, tails = head + 2 * width
            for block in stride(from: -before, to: n + after, by: length) {
                head.update(repeating: 0, count: 2 * width)
                for place in 0..<length {
                    add(block + place, head, head)
                    // The window that ends here belongs to this entry, and began one place later in the last block.
                    let entry = block + place - after
                    guard entry >= 0, entry < n else { continue }
                    let tail = tails + 2 * width * (place + 1), out = out + entry * step
                    for i in 0..<width {
                        let count = head[width + i] + tail[width + i], mean = (head[i] + tail[i]) / count
                        out[i] = count >= needed ? S(stored: mean) : .nan
                    }
                }
                for place in (0..<length).reversed() {
                    add(block + place, tails + 2 * width * (place + 1), tails + 2 * width * place)
                }
            }
        }
    }
}
