"""Makes Sources/TernReport/Resources/math.woff2: the signs that reports' formulas use, of Latin Modern Math 1.959.

Latin Modern Math is by B. Jackowski, P. Strzelczyk and P. Pianowski (on behalf of TeX Users Groups), under the GUST Font
License (http://www.gust.org.pl/projects/e-foundry/licenses), which asks that changed fonts be renamed: ours is "Tern Math".

    pip install fonttools==4.* brotli
    apt-get download fonts-lmodern && dpkg -x fonts-lmodern_*.deb lmodern       # or from https://ctan.org/pkg/lm-math
    python Scripts/data/math_font.py lmodern/usr/share/texmf/fonts/opentype/public/lm-math/latinmodern-math.otf
"""

import pathlib
import sys

from fontTools import subset

RANGES = [
    (0x20, 0x7E), (0x391, 0x3C9),  # Latin, Greek
    (0x2190, 0x2194), (0x2202, 0x2213), (0x2216, 0x2218), (0x2227, 0x222E), (0x2282, 0x2287), (0x22C0, 0x22C6),  # operators
    (0x2308, 0x230B), (0x2A00, 0x2A02), (0x1D434, 0x1D467), (0x1D49C, 0x1D4B5), (0x1D6E2, 0x1D71B),  # alphabets
]
SIGNS = (
    "\u00a0¨¬¯°±·×÷ıȷˆˇ˘˙˜\u0302\u0303\u0304\u0307\u0308\u20d7ϑϕϱϵ\u2009‖…′‾ℂℊℋℌℍℎℏℐℑℒℓℕℙℚℛℜℝℤℬℰℱℳℵ↦⇐⇒⇔⟶⟹⟺∀√∝∞∣∥∼≃≅≈≔≠≡≤≥≪≫⊕⊗⊙⊤⊥⋮⋯⋱⏞⏟⟨⟩"
    "\U0001D53C\U0001D54A\U0001D54B\U0001D54D\U0001D7D9\U0001D6A4\U0001D6A5"
)

options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True, layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14])
options.drop_tables += ["FFTM"]
font = subset.load_font(sys.argv[1], options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)] + [ord(sign) for sign in SIGNS])
subsetter.subset(font)
for record in font["name"].names:
    if record.nameID in (1, 4, 6):
        record.string = "TernMath" if record.nameID == 6 else "Tern Math"
font["CFF "].cff.fontNames[0] = "TernMath"
target = pathlib.Path(__file__).parents[2] / "Sources/TernReport/Resources/math.woff2"
subset.save_font(font, target, options)
print(target.stat().st_size, "bytes")
