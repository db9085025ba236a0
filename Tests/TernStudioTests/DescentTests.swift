import Foundation
import Tern
import TernStudio
import Testing

/// The descent view gives the library's numbers.
@Suite struct DescentTests {
    @Test func searchesAreTheLibrarysBitForBit() async throws {
        let result = try await TestPage().ask(
            "descend",
            "{\"function\": \"rosenbrock\", \"optimizers\": [\"adam\", \"newton\"], \"rate\": 0.1, \"steps\": 30}")
        let runs = result["runs"] as! [[String: Any]]
        let f = TestFunction.rosenbrock
        let adam = minimise(from: f.start, optimizer: Adam(learningRate: 0.1), steps: 30, f.function)
        let newton = minimise(from: f.start, method: .newton, steps: 30, f.function)
        for (run, descent) in zip(runs, [adam, newton]) {
            #expect(run["values"] as? [Double] == descent.values)
            #expect(run["positions"] as? [[Double]] == [descent.coordinate(0), descent.coordinate(1)])
        }
    }

    @Test func noiseIsThatOfItsSeed() async throws {
        let result = try await TestPage().ask(
            "descend",
            "{\"function\": \"x^2\", \"start\": [3], \"rate\": 0.1, \"noise\": 0.5, \"seed\": 4, \"steps\": 20}")
        let expected = minimise(
            from: [3], method: .optimizer(SGD(learningRate: 0.1)), steps: 20,
            noise: GradientNoise(standardDeviation: 0.5, seed: 4), try Formula("x^2").function)
        #expect((result["runs"] as! [[String: Any]])[0]["values"] as? [Double] == expected.values)
    }

    /// The second time a page asks for a function it is compiled.
    @Test(arguments: [
        "rosenbrock", "cosine", "x1^4 - 3*x1*x2 + x2^2 + x2^4", "abs(x1) + max(x1, x2)^2 + sigmoid(x2)*0.2",
        "log(x1) + sqrt(x2)", "exp(x)", "3",
    ])
    func searchesOfAFunctionThatIsAskedForAgainAreTheLibrarysBitForBit(function: String) async throws {
        let page = TestPage(), names = ["sgd", "momentum", "adam", "lbfgs", "newton"]
        var found: [[[String: Any]]] = []
        for id in 1...3 {
            let result = try await page.ask(
                "descend",
                "{\"function\": \"\(function)\", \"optimizers\": [\(names.map { "\"\($0)\"" }.joined(separator: ", "))], \"rate\": 0.05, \"steps\": 25}",
                id: id)
            found.append(result["runs"] as! [[String: Any]])
        }
        func bits(_ run: [String: Any]) -> [[UInt64]] {
            let lists =
                [run["values"] as! [Double]] + (run["positions"] as! [[Double]]) + (run["gradients"] as! [[Double]])
            // Zeros of either sign are one number, and so are all that are none.
            return lists.map { $0.map { $0.isNaN ? 1 : $0 == 0 ? 0 : $0.bitPattern } }
        }
        for (i, name) in names.enumerated() {
            #expect(bits(found[0][i]) == bits(found[1][i]), "\(name)")
            #expect(bits(found[0][i]) == bits(found[2][i]), "\(name)")
        }
    }

    @Test func valuesOfTheMapAreTheFunctions() async throws {
        let result = try await TestPage().ask("map", "{\"function\": \"beale\", \"view\": [[-1, 4], [-1.5, 2]]}")
        let x = result["x"] as! [Double], y = result["y"] as! [Double], values = result["values"] as! [Double]
        for (i, j) in [(0, 0), (17, 50), (120, 120)] {
            let value = TestFunction.beale(x[i], y[j])
            #expect(abs(values[j * x.count + i] - value) <= 1e-12 * abs(value))
        }
    }

    @Test func pointsOfContourLinesHaveTheirValue() throws {
        let f = TestFunction.bowl, map = try DescentMap(f, f.view)
        for (level, line) in zip(map.levels, map.lines) {
            #expect(!line.values.isEmpty)
            for i in stride(from: 0, to: line.values.count, by: 2) {
                // Lines are straight within a cell, where the bowl is bent.
                #expect(abs(f(line.values[i], line.values[i + 1]) - level) < 0.02)
            }
        }
    }

    @Test(arguments: ["sgd", "momentum", "adam", "nadam", "lbfgs"])
    func basinsAreWhereSearchesFromEachStartEnd(optimizer: String) throws {
        var settings = DescentSettings()
        (settings.function, settings.optimizers, settings.steps) = ("himmelblau", [optimizer], 300)
        settings.rate = optimizer == "sgd" || optimizer == "momentum" ? 0.005 : 0.05
        let basins = try DescentBasins(BasinRequest(settings: settings, count: 7), StudioWork())
        #expect(basins.places.count >= 4)
        for j in 0..<7 {
            for i in 0..<7 {
                settings.start = [basins.x.values[i], basins.y.values[j]]
                let end = settings.descent(try settings.racers()[0], try settings.chosenFunction()).last.position
                let index = Int(basins.ends.values[j * 7 + i])
                guard index >= 0 else { continue }
                #expect(zip(end, basins.places[index]).allSatisfy { abs($0 - $1) < 0.2 })
            }
        }
        #expect(basins.unfinished + basins.escaped < 10)
    }

    @Test(arguments: [
        ("\"seed\": 1.5", "seed must be a whole number from 0 to 4294967295"),
        ("\"start\": [1, null]", "start must be numbers"),
        ("\"schedule\": \"magic\"", "schedule must be one of constant, exponential, cosine"),
        ("\"rate\": \"fast\"", "rate must be a number"), ("\"steps\": -1", "steps is -1"),
    ])
    func aSettingOfAnotherKindIsNamed(setting: String, sentence: String) async throws {
        let complaint = try await TestPage().complaint(
            "{\"id\": 1, \"view\": \"descent\", \"action\": \"descend\", \"arguments\": {\(setting)}}")
        #expect(complaint.hasPrefix(sentence))
    }

    @Test(arguments: ["log(x)", "1/x"])
    func aStartWithoutAValueIsTold(function: String) async throws {
        let result = try await TestPage().ask("descend", "{\"function\": \"\(function)\", \"start\": [0]}")
        let run = (result["runs"] as! [[String: Any]])[0]
        #expect(run["outcome"] as? String == "sgd: the function has no finite value at the start, x = 0.")
    }

    @Test func aMistakeInAnExpressionSaysWhere() async throws {
        let page = TestPage()
        page.send("descend", #"{"function": "2 * (x + 1"}"#)
        let mistake = try await page.wait(for: "error") as! [String: Any]
        #expect(mistake["description"] as? String == "this bracket is not closed")
        #expect(mistake["argument"] as? String == "function")
        #expect(mistake["offset"] as? Int == 4)
    }

    /// The program that the view hands out stands in CopiedDescent.swift, where it is compiled and run.
    @Test func theSwiftCopiedIsAProgramThatGivesTheNumbersShown() throws {
        var settings = DescentSettings()
        (settings.function, settings.start, settings.optimizers) = (
            "x1^2 + 3*x2^2", [4, 1], ["nesterov", "adam", "lbfgs"]
        )
        (settings.rate, settings.schedule, settings.noise, settings.seed) = (0.05, .exponential, 0.25, 3)
        try expectCopied(DescentCopies(settings).swift, in: "CopiedDescent.swift")
        let function = try settings.chosenFunction()
        let shown = try settings.racers().map { settings.descent($0, function) }
        #expect(try copiedDescent() == shown)
    }

    @Test func theCommandCopiedQuotesWhatAShellWouldRead() throws {
        var settings = DescentSettings()
        (settings.function, settings.start) = ("-x^2", [1])
        let command = try DescentCopies(settings).command
        #expect(command == "tern descend --function='-x^2' --from=1.0 --steps 20 --optimizer sgd\n")
    }

    @Test func copiesEndAtTheStepShownOrSayThatTheyDoNot() async throws {
        let settings =
            #""function": "bowl", "optimizers": ["momentum"], "rate": 0.1, "schedule": "cosine", "steps": 40"#
        let shown = try await TestPage().ask("copies", "{\(settings), \"at\": 29}")
        let swift = shown["swift"] as! String, python = shown["python"] as! String
        #expect(swift.contains("learningRate: .cosineDecay(from: 0.1, steps: 40), momentum: 0.9)), steps: 29,"))
        #expect(swift.hasPrefix("import Tern\n"))
        #expect(python.contains("for step in range(29):\n") && python.contains("np.pi * step / 40)"))
        #expect((shown["command"] as! String).contains(" --steps 29 "))
        var all = DescentSettings()
        (all.optimizers, all.rate, all.schedule, all.steps) = (["momentum"], 0.1, .cosine, 40)
        let path = all.descent(try all.racers()[0], try all.chosenFunction())
        let copied = minimise(
            from: TestFunction.bowl.start,
            method: .optimizer(SGD(learningRate: .cosineDecay(from: 0.1, steps: 40), momentum: 0.9)), steps: 29,
            TestFunction.bowl.function)
        #expect(copied.last == path.points[29])

        let unsaid = try await TestPage().ask("copies", "{\(settings)}")
        for kind in ["swift", "python", "command"] {
            let first = (unsaid[kind] as! String).split(separator: "\n")[0]
            #expect(
                first.hasSuffix("The end of each search, after 40 steps at most; the page may show an earlier one."))
        }
        let last = try await TestPage().ask("copies", "{\(settings), \"at\": -1}")
        #expect((last["python"] as! String).hasPrefix("import numpy"))
    }

    /// NumPy would go on from a point without a value, and momentum from one that is flat.
    @Test func thePythonCopiedStopsWhereThePageStops() throws {
        var settings = DescentSettings()
        (settings.function, settings.start, settings.optimizers) = ("x^2^0.5", [-2.3], ["nesterov"])
        #expect(settings.descent(try settings.racers()[0], try settings.chosenFunction()).points.count == 1)
        let copies = try DescentCopies(settings)
        #expect(
            copies.python.contains(
                "for step in range(20):\n    g = gradient(x)\n    if not np.isfinite(f(x)) or g @ g == 0:\n        break"
            ))
        #expect(copies.command.hasPrefix("# `tern descend` refuses this start"))
        (settings.function, settings.start, settings.optimizers) = ("x^2", [0], ["momentum"])
        settings.noise = 1
        #expect(settings.descent(try settings.racers()[0], try settings.chosenFunction()).points.count == 1)
    }

    @Test func anOptimiserThatIsNamedTwiceIsToldByItsName() async throws {
        let complaint = try await TestPage().complaint(
            #"{"id": 1, "view": "descent", "action": "descend", "arguments": {"optimizers": ["adam", "sgd", "sgd"]}}"#)
        #expect(complaint == "sgd is named more than once; each optimiser races once")
    }
}
