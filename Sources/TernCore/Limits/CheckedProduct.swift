/// The product of lengths that a file or a user gives, which may be anything; nil where one is negative, or where no
/// array could be so large.
///
/// ```swift
/// checkedProduct([96, 144, 4])          // 55296
/// checkedProduct([0, .max, .max])       // nil, as NumPy has it: lengths of 0 hide no others
/// ```
package func checkedProduct(_ lengths: some Sequence<Int>) -> Int? {
    var product = 1, isEmpty = false
    for length in lengths {
        if length < 0 { return nil }
        if length == 0 {
            isEmpty = true
            continue
        }
        let (next, overflow) = product.multipliedReportingOverflow(by: length)
        if overflow { return nil }
        product = next
    }
    return isEmpty ? 0 : product
}

/// The sum of numbers that a file gives; nil where it overflows.
package func checkedSum(_ numbers: some Sequence<Int>) -> Int? {
    var sum = 0
    for number in numbers {
        let (next, overflow) = sum.addingReportingOverflow(number)
        if overflow { return nil }
        sum = next
    }
    return sum
}

extension Int {
    /// The whole part of a number that may be anything; nil for NaN and what is beyond an Int.
    package init?(wholeOf number: Double) { self.init(exactly: number.rounded(.towardZero)) }
}
