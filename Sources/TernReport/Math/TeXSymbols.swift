/// What TeX's commands without arguments stand for.
package enum TeXSymbols {
    /// Letters, slanted as variables are; capitals of Greek stay upright as in TeX.
    package static let letters: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ",
        "eta": "η",
        "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
        "pi": "π",
        "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ",
        "psi": "ψ",
        "omega": "ω", "ell": "ℓ", "imath": "ı", "jmath": "ȷ",
    ]
    package static let upright: [String: String] = [
        "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
        "Phi": "Φ",
        "Psi": "Ψ", "Omega": "Ω", "infty": "∞", "partial": "∂", "nabla": "∇", "emptyset": "∅", "hbar": "ℏ", "Re": "ℜ",
        "Im": "ℑ",
        "forall": "∀", "exists": "∃", "neg": "¬", "degree": "°", "dots": "…", "ldots": "…", "cdots": "⋯", "vdots": "⋮",
        "ddots": "⋱",
        "top": "⊤", "bot": "⊥", "prime": "′", "%": "%", "#": "#", "&": "&", "_": "_", "$": "$", "circ": "∘",
        "aleph": "ℵ",
    ]
    package static let binary: [String: String] = [
        "cdot": "⋅", "times": "×", "pm": "±", "mp": "∓", "div": "÷", "ast": "∗", "star": "⋆", "odot": "⊙",
        "otimes": "⊗", "oplus": "⊕",
        "cup": "∪", "cap": "∩", "setminus": "∖", "wedge": "∧", "vee": "∨", "bullet": "∙",
        "+": "+", "-": "−", "*": "∗", "−": "−", "×": "×", "·": "⋅", "±": "±",
    ]
    package static let relations: [String: String] = [
        "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼", "simeq": "≃",
        "cong": "≅",
        "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂",
        "subseteq": "⊆",
        "supset": "⊃", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "mapsto": "↦", "Rightarrow": "⇒",
        "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⟺", "implies": "⟹", "longrightarrow": "⟶",
        "leftrightarrow": "↔", "perp": "⊥",
        "parallel": "∥", "mid": "∣", "coloneqq": "≔", "uparrow": "↑", "downarrow": "↓",
        "=": "=", "<": "<", ">": ">", ":": ":", "≤": "≤", "≥": "≥", "≠": "≠", "≈": "≈", "→": "→", "∈": "∈",
    ]
    package static let large: [String: String] = [
        "sum": "∑", "prod": "∏", "coprod": "∐", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂",
        "int": "∫", "iint": "∬",
        "iiint": "∭", "oint": "∮",
    ]
    static let integrals: Set<String> = ["int", "iint", "iiint", "oint"]
    package static let functions: Set<String> = [
        "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos", "arctan", "exp",
        "log", "ln", "lg",
        "deg", "dim", "ker", "arg", "hom",
    ]
    package static let limitFunctions: [String: String] = [
        "max": "max", "min": "min", "lim": "lim", "sup": "sup", "inf": "inf", "det": "det", "gcd": "gcd", "Pr": "Pr",
        "limsup": "lim sup",
        "liminf": "lim inf", "argmax": "arg max", "argmin": "arg min",
    ]
    /// In ems.
    static let spaces: [String: Double] = [
        ",": 0.167, ":": 0.222, ">": 0.222, ";": 0.278, "!": -0.167, " ": 0.25, "quad": 1, "qquad": 2,
        "thinspace": 0.167,
        "medspace": 0.222, "thickspace": 0.278, "enspace": 0.5,
    ]
    /// And whether the mark stretches over all of its base.
    package static let accents: [String: (mark: String, stretches: Bool)] = [
        "hat": ("^", false), "widehat": ("^", true), "bar": ("¯", false), "overline": ("¯", true),
        "tilde": ("~", false),
        "widetilde": ("~", true), "vec": ("→", false), "dot": ("˙", false), "ddot": ("¨", false), "check": ("ˇ", false),
        "breve": ("˘", false),
        "overrightarrow": ("→", true),
    ]
    static let delimiters: [String: String] = [
        "(": "(", ")": ")", "[": "[", "]": "]", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "|": "|", "vert": "|",
        "lvert": "|",
        "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊",
        "rfloor": "⌋", "lceil": "⌈",
        "rceil": "⌉", "/": "/", ".": "",
    ]
    static let openers: Set<String> = ["(", "[", "{", "lbrace", "lvert", "lVert", "langle", "lfloor", "lceil"]
    static let closers: Set<String> = [")", "]", "}", "rbrace", "rvert", "rVert", "rangle", "rfloor", "rceil"]

    static let doubleStruck: [Character: String] = [
        "C": "ℂ", "E": "𝔼", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "S": "𝕊", "T": "𝕋", "V": "𝕍", "Z": "ℤ", "1": "𝟙",
    ]

    /// Capitals of script; those that Unicode had before stand outside the row.
    static func script(_ letter: Character) -> String? {
        let early: [Character: String] = [
            "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ",
        ]
        guard let code = letter.asciiValue, (65...90).contains(code) else { return nil }
        return early[letter] ?? String(Character(Unicode.Scalar(0x1D49C + UInt32(code) - 65)!))
    }
}
