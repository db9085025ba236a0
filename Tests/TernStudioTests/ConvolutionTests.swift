import Foundation
import Tern
import TernLecture
import TernStudio
import TestSupport
import Testing

/// The convolution view gives the library's numbers, and those of the definition.
@Suite struct ConvolutionTests {
    private func ask(_ action: String, _ arguments: String) async throws -> [String: Any] {
        try await TestPage().ask(action, arguments, view: "convolution")
    }

    /// A window over a grid by its definition: zeros around, a product for each cell, a sum.
    private func plain(
        _ x: [[Double]], _ kernel: [[Double]], before: (Int, Int), after: (Int, Int), stride: Int, dilation: Int
    ) -> [[Double]] {
        func places(_ n: Int, _ k: Int, _ before: Int, _ after: Int) -> Int {
            (n + before + after - (k - 1) * dilation - 1) / stride + 1
        }
        let rows = places(x.count, kernel.count, before.0, after.0)
        let columns = places(x[0].count, kernel[0].count, before.1, after.1)
        return (0..<rows).map { i in
            (0..<columns).map { j in
                var sum = 0.0
                for a in kernel.indices {
                    for b in kernel[a].indices {
                        let r = i * stride + a * dilation - before.0, c = j * stride + b * dilation - before.1
                        if x.indices.contains(r), x[0].indices.contains(c) { sum += x[r][c] * kernel[a][b] }
                    }
                }
                return sum
            }
        }
    }

    @Test(arguments: [(1, 1), (2, 1), (1, 2), (2, 2), (3, 1)], ["valid", "explicit"])
    func outputsAreThoseOfTheDefinition(steps: (stride: Int, dilation: Int), padding: String) async throws {
        let x: [[Double]] = (0..<7).map { i in (0..<6).map { j in Double((i * 5 + j * 3) % 11) } }
        let kernel = [[1.0, -2, 3], [0, 4, -1]]
        func text(_ grid: [[Double]]) -> String {
            grid.map { $0.map { "\(Int($0))" }.joined(separator: " ") }.joined(separator: ";")
        }
        let result = try await ask(
            "convolve",
            "{\"digits\": \"\(text(x))\", \"kernel\": \"\(text(kernel))\", \"padding\": \"\(padding)\", \"margin\": 2, \"stride\": \(steps.stride), \"dilation\": \(steps.dilation)}"
        )
        let margin = padding == "valid" ? 0 : 2
        let expected = plain(
            x, kernel, before: (margin, margin), after: (margin, margin), stride: steps.stride,
            dilation: steps.dilation)
        #expect(result["outputRows"] as? Int == expected.count)
        #expect(result["outputColumns"] as? Int == expected[0].count)
        #expect(result["output"] as? [Double] == expected.flatMap { $0 })
        let formulas = result["formulas"] as! [String]
        #expect(formulas[0].hasSuffix("= \(expected.count)"))
        #expect(formulas[1].hasSuffix("= \(expected[0].count)"))
    }

    @Test func aCellWithoutAValueIsTypedAsItIsCopied() async throws {
        let result = try await ask("convolve", "{\"digits\": \"1 nan 3\", \"kernel\": \"2\"}")
        let output = result["output"] as! [Double]
        #expect(output[0] == 2 && output[1].isNaN && output[2] == 6)
        let complaint = try await TestPage().complaint(
            #"{"id": 1, "view": "convolution", "action": "convolve", "arguments": {"kernel": "1 nan"}}"#)
        #expect(complaint == "\"nan\" is no number up to a million")
    }

    @Test func theProductIsWrittenOut() async throws {
        let place = try await ask("place", "{\"settings\": {}, \"row\": 1, \"column\": 0, \"isInput\": false}")
        #expect(place["text"] as? String == "3 · 0 + 4 · 1 + 6 · 2 + 7 · 3 = 37")
        #expect(place["slopes"] as? [Double] == [0, 0, 0, 0, 1, 0, 2, 3, 0])
    }

    @Test func anInputFeedsTheOutputsWhoseWindowsSeeIt() async throws {
        let place = try await ask("place", "{\"settings\": {}, \"row\": 1, \"column\": 1, \"isInput\": true}")
        #expect(place["slopes"] as? [Double] == [3, 2, 1, 0])
    }

    /// The page that needs no program takes a cell out of all.
    @Test(arguments: [
        "{\"kernel\": \"1 0 -2; 0 3 0\", \"digits\": \"0 1 2 3;3 4 5 1;6 7 8 0\", \"padding\": \"same\"}",
        "{\"operation\": \"maximum\", \"window\": 2, \"digits\": \"0 1 2 3;3 4 5 1;6 7 8 0\", \"stride\": 2}",
        "{\"operation\": \"mean\", \"window\": 3, \"padding\": \"same\"}",
    ])
    func allPlacesAtOnceAreThoseOneByOne(settings: String) async throws {
        let all = try await ask("places", settings)
        let shapes = all["shapes"] as! [[Int]], cells = all["cells"] as! [Double], slopes = all["slopes"] as! [Double]
        let ends = all["ends"] as! [Double]
        var matrix = Array(
            repeating: Array(repeating: 0.0, count: shapes[0][0] * shapes[0][1]), count: shapes[1][0] * shapes[1][1])
        var out = 0
        for (k, cell) in cells.enumerated() {
            while Double(k) >= ends[out] { out += 1 }
            matrix[out][Int(cell)] = slopes[k]
        }
        for isInput in [false, true] {
            let shape = shapes[isInput ? 0 : 1], texts = all[isInput ? "inputs" : "outputs"] as! [String]
            #expect(texts.count == shape[0] * shape[1])
            for i in texts.indices {
                let place = try await ask(
                    "place",
                    "{\"settings\": \(settings), \"row\": \(i / shape[1]), \"column\": \(i % shape[1]), \"isInput\": \(isInput)}"
                )
                #expect(place["text"] as? String == texts[i])
                #expect(place["slopes"] as? [Double] == (isInput ? matrix.map { $0[i] } : matrix[i]))
            }
        }
    }

    @Test func theLargestAloneIsSeenByMaxPooling() async throws {
        let place = try await ask(
            "place",
            "{\"settings\": {\"digits\": \"1 3; 4 2\", \"operation\": \"maximum\", \"window\": 2}, \"row\": 0, \"column\": 0, \"isInput\": false}"
        )
        #expect(place["text"] as? String == "max(1, 3, 4, 2) = 4")
        #expect(place["slopes"] as? [Double] == [0, 0, 1, 0])
    }

    @Test func anImpossibleWindowIsExplainedBesideItsInput() async throws {
        let result = try await ask("convolve", "{\"kernel\": \"1 1; 1 1\", \"dilation\": 3}")
        #expect(
            result["impossible"] as? String
                == "There is no place for the window: a window of 2 rows whose cells lie 3 apart spans (2 − 1) · 3 + 1 = 4, and the input has 3 rows. Take a smaller kernel or dilation, or more padding."
        )
        #expect(result["values"] as? [Double] == (0..<9).map(Double.init))
    }

    @Test func aRowThatIsLongerIsAMistakeWithItsPlace() async throws {
        let page = TestPage()
        page.send("convolve", #"{"kernel": "1 0; 1 0 1"}"#, view: "convolution")
        let mistake = try await page.wait(for: "error") as! [String: Any]
        #expect(mistake["description"] as? String == "row 2 has 3 numbers, the first has 2")
        #expect(mistake["argument"] as? String == "kernel")
        #expect(mistake["offset"] as? Int == 4)
    }

    @Test func theSeaIsTheLecturesWithTheNorthAbove() async throws {
        let result = try await ask(
            "convolve", "{\"input\": \"sst\", \"row\": 2, \"column\": 110, \"size\": 16, \"kernel\": \"1\"}")
        let sea = SeaSurface(), values = result["values"] as! [Double], latitudes = result["latitudes"] as! [Double]
        #expect(latitudes[0] > latitudes[1])
        for (i, j) in [(0, 0), (3, 9), (15, 15)] {
            let row = sea.latitudes.firstIndex(of: latitudes[i])!
            #expect(values[i * 16 + j] == sea.temperature[row, 110 + j].item)
        }
    }

    @Test func aFileThatIsDroppedIsReadAndGoesWithThePage() async throws {
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appendingPathComponent("\(UUID().uuidString).nc").path
        let maps = Tensor((0..<24).map(Double.init), shape: [2, 3, 4])
        let field = Field(
            "sst", maps, dimensions: ["time", "lat", "lon"],
            coordinates: [Coordinate("lat", numbers: [-10, 0, 10]), Coordinate("lon", numbers: [0, 10, 20, 30])],
            attributes: ["units": "K", "history": .text(UUID().uuidString)])
        try Dataset([field]).write(to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        /// Files of other tests, and of those that were killed, have other bytes.
        func kept() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
                FileManager.default.contents(atPath: folder.appendingPathComponent($0 + "/dropped.nc").path) == bytes
            }
        }

        do {
            let page = TestPage()
            let dropped = try await page.ask("drop", #"{"name": "mine.nc"}"#, view: "convolution", file: bytes)
            #expect(try kept().count == 1)
            #expect((dropped["maps"] as! [[String: Any]])[0]["count"] as? Int == 2)
            let result = try await page.ask(
                "convolve", #"{"input": "file", "map": 1, "kernel": "1"}"#, view: "convolution", id: 2)
            // The south comes first in the file.
            #expect(result["output"] as? [Double] == [20, 21, 22, 23, 16, 17, 18, 19, 12, 13, 14, 15])
            page.connection.close()
        }
        for _ in 0..<200 where try !kept().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try kept().isEmpty)
    }

    @Test(arguments: [
        ("KILL", 0, "mine.nc: the process that read it was ended from outside"),
        ("SEGV", 0, "mine.nc: the HDF5 library gave up on it: the file is damaged"),
        ("SEGV", 512, "mine.nc: the HDF5 library gave up on it: the file is damaged"),
    ])
    func aReaderThatIsEndedSaysByWhom(_ signal: String, _ before: Int, _ said: String) async throws {
        let folder = TemporaryFolder(), program = folder.write("#!/bin/sh\nkill -\(signal) $$\n", as: "tern")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let page = TestPage(setup: StudioSetup(program: program))
        page.send(
            "drop", #"{"name": "mine.nc"}"#, view: "convolution",
            file: Data(count: before) + Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]))
        let mistake = try await page.wait(for: "error") as! [String: Any]
        #expect((mistake["description"] as! String).hasPrefix(said) && folder.contents == ["tern"], "\(mistake)")
    }

    /// Latitudes and longitudes are known by what they are, not by their place.
    @Test(
        arguments: [
            (["lat", "lon"], [3, 4, 5, 0, 1, 2], [10, 0]), (["lon", "lat"], [1, 3, 5, 0, 2, 4], [10, 0]),
            (["depth", "lon"], [0, 1, 2, 3, 4, 5], nil), (["lat", "time"], [0, 1, 2, 3, 4, 5], nil),
        ] as [([String], [Double], [Double]?)])
    func aMapAloneLiesWithTheNorthAbove(_ names: [String], _ expected: [Double], _ latitudes: [Double]?) async throws {
        let shape = names[0] == "lon" ? [3, 2] : [2, 3]
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).nc").path
        let field = Field(
            "t", Tensor((0..<6).map(Double.init), shape: shape), dimensions: names,
            coordinates: zip(names, shape).map { name, count in
                Coordinate(name, numbers: (0..<count).map { 10 * Double($0) })
            })
        try Dataset([field]).write(to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path)), page = TestPage()
        try FileManager.default.removeItem(atPath: path)
        _ = try await page.ask("drop", #"{"name": "mine.nc"}"#, view: "convolution", file: bytes)
        let result = try await page.ask("convolve", #"{"input": "file", "kernel": "1"}"#, view: "convolution", id: 2)
        #expect(result["output"] as? [Double] == expected)
        #expect(result["latitudes"] as? [Double] == latitudes)
    }

    @Test(
        arguments: [
            ([20, 10, 0], [2, 1, 0, 5, 4, 3], [0, 10, 20]), ([5, 0, 355], [2, 1, 0, 5, 4, 3], [355, 0, 5]),
            ([355, 0, 5], [0, 1, 2, 3, 4, 5], [355, 0, 5]),
        ] as [([Double], [Double], [Double])])
    func aMapLiesWithTheWestOnTheLeft(_ east: [Double], _ expected: [Double], _ shown: [Double]) async throws {
        let folder = TemporaryFolder(), path = folder.path("mine.nc")
        let field = Field(
            "t", Tensor((0..<6).map(Double.init), shape: [2, 3]), dimensions: ["lat", "lon"],
            coordinates: [Coordinate("lat", numbers: [10, 0]), Coordinate("lon", numbers: east)])
        try Dataset([field]).write(to: path)
        let page = TestPage(), bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        _ = try await page.ask("drop", #"{"name": "mine.nc"}"#, view: "convolution", file: bytes)
        let result = try await page.ask("convolve", #"{"input": "file", "kernel": "1"}"#, view: "convolution", id: 2)
        #expect(result["output"] as? [Double] == expected)
        #expect(result["longitudes"] as? [Double] == shown)
    }

    @Test func theGreysOfAPictureAreItsLuminance() async throws {
        let page = TestPage(), pixels = Data([255, 0, 0, 255, 0, 255, 0, 255])
        _ = try await page.ask(
            "drop", #"{"name": "a.png", "width": 2, "height": 1}"#, view: "convolution", file: pixels)
        let result = try await page.ask("convolve", #"{"input": "file", "kernel": "1"}"#, view: "convolution", id: 2)
        #expect(result["output"] as? [Double] == [76, 150])
    }

    @Test func aTrainedNetworkFindsFrontsAndItsSaliencyIsTheSlopeOfItsAnswer() async throws {
        let page = TestPage()
        let report = try await page.ask("train", #"{"seed": 1, "epochs": 30}"#, view: "convolution")
        #expect(report["correlation"] as! Double > 0.8)
        let losses = report["losses"] as! [Double]
        #expect(losses.last! < losses[0] / 4)
        let look = try await page.ask(
            "look", #"{"settings": {"input": "sst"}, "row": 3, "column": 116}"#, view: "convolution", id: 2)
        let layers = look["layers"] as! [[String: Any]]
        #expect(layers.map { $0["shape"] as! [Int] } == [[10, 10, 4], [5, 5, 4], [3, 3, 8], [16], [1]])
        // The patch's mean does not count, so slopes sum to nothing.
        let slopes = look["saliency"] as! [Double]
        let sizes = slopes.map(abs).reduce(0, +)
        #expect(abs(slopes.reduce(0, +)) < 144e-5 * sizes)
        #expect(slopes.contains { $0 != 0 })
        // Another field has neither the grid nor the unit that the network knows.
        #expect(look["note"] == nil)
        let pixels = Data((0..<4 * 144).map { UInt8($0 % 251) })
        _ = try await page.ask(
            "drop", #"{"name": "a.png", "width": 12, "height": 12}"#, view: "convolution", id: 3, file: pixels)
        let other = try await page.ask(
            "look", #"{"settings": {"input": "file"}, "row": 0, "column": 0}"#, view: "convolution", id: 4)
        #expect((other["note"] as? String)?.contains("cells lay 61.8 km apart") == true)
    }
}
