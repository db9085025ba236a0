import TernText

extension String {
    /// As a part of an address.
    var percentEncoded: String {
        utf8.map { byte in
            let c = Character(Unicode.Scalar(byte))
            if c.isASCII && (c.isLetter || c.isNumber || "-._~/".contains(c)) { return String(c) }
            return "%" + byte.hexadecimal(digits: 2, uppercase: true)
        }.joined()
    }
}
