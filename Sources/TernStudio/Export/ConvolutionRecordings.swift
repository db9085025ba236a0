import TernText

extension ConvolutionView {
    /// The numbers that can be picked and a part of the lecture's field, under each kernel that can be picked and under
    /// pooling, with some ways to move; and the states of the guide.
    package static var recordings: StudioRecordings? {
        let known = Description(), grids = known.grids.map(\.text), kernels = known.kernels.map(\.text)
        var questions = [StudioRecording("describe")]
        func ask(_ settings: JSON, file: String) {
            questions.append(StudioRecording("convolve", settings, file: file))
            questions.append(StudioRecording("places", settings, file: file))
        }
        // The page leaves out what does not matter (`recorded` of convolution.js).
        let paddings: [JSON] = [
            ["padding": "valid"], ["padding": "same"], ["padding": "explicit", "margin": 1],
        ]
        func convolutions(_ input: JSON, strides: [Int], dilations: [Int], file: String) {
            for kernel in kernels {
                for padding in paddings {
                    for stride in strides {
                        for dilation in dilations {
                            ask(
                                input.with(padding).with([
                                    "operation": "convolution", "kernel": .text(kernel), "stride": JSON(stride),
                                    "dilation": JSON(dilation),
                                ]), file: file)
                        }
                    }
                }
            }
        }
        func poolings(_ input: JSON, windows: [Int], strides: [Int], file: String) {
            for operation in ["maximum", "mean"] {
                for window in windows {
                    for padding in ["valid", "same"] {
                        for stride in strides {
                            ask(
                                input.with([
                                    "operation": .text(operation), "window": JSON(window), "padding": .text(padding),
                                    "stride": JSON(stride),
                                ]), file: file)
                        }
                    }
                }
            }
        }
        for (number, grid) in grids.enumerated() {
            let input: JSON = ["input": "digits", "digits": .text(grid)], file = "numbers-\(number)"
            convolutions(input, strides: [1, 2], dilations: [1, 2], file: file)
            poolings(input, windows: [2, 3], strides: [1, 2, 3], file: file)
        }
        let sea: JSON = ["input": "sst", "row": 0, "column": 108, "size": 12]
        convolutions(sea, strides: [1, 2], dilations: [1], file: "sst")
        poolings(sea, windows: [2, 3], strides: [1, 2, 3], file: "sst")
        for state in guide { ask(state.with("input", "digits"), file: "guide") }
        return StudioRecordings(
            questions,
            limits: [
                "digits": .list(grids.map { .text($0) }), "kernel": .list(kernels.map { .text($0) }),
                "input": ["digits", "sst"], "window": [2, 3], "margin": [1],
                "padding": ["valid", "same", "explicit"],
                "stride": ["convolution": [1, 2], "maximum": [1, 2, 3], "mean": [1, 2, 3]],
                "dilation": ["digits": [1, 2], "sst": [1]], "part": ["row": 0, "column": 108, "size": 12],
            ], fileArgument: "input")
    }

    /// The guide's states on numbers of its own (convolution-guide.js).
    private static var guide: [JSON] {
        func convolution(_ digits: String, _ kernel: String, dilation: Int = 1) -> JSON {
            [
                "digits": .text(digits), "operation": "convolution", "kernel": .text(kernel), "padding": "valid",
                "stride": 1, "dilation": JSON(dilation),
            ]
        }
        let ones = "1 1 1; 1 1 1; 1 1 1", eight = Array(repeating: "1 1 1 1 1 1 1 1", count: 8).joined(separator: ";")
        return [
            convolution(eight, ones),
            convolution(Description().grids[1].text, ones, dilation: 2),
            [
                "digits": "1 3 2 0;4 2 1 1;0 1 5 6;2 1 7 8", "operation": "maximum", "window": 2, "padding": "valid",
                "stride": 2,
            ],
        ]
    }
}
