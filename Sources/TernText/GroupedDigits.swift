extension Int {
    /// 2853 as 2,853.
    package var grouped: String {
        var digits = Array(String(self)), at = digits.count - 3
        while at > 0 {
            digits.insert(",", at: at)
            at -= 3
        }
        return String(digits)
    }
}
