import Tern
import TestSupport
import Testing

@Suite struct DiagramTests {
    private static var chain: Sequential {
        Sequential(input: [14, 19, 1]) {
            Conv2D(4, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(1)
        }
    }
    /// Two inputs, a result that two layers read, and one that is read past a layer.
    private static var graph: Model {
        let sst = Input([8, 8, 1], name: "sst"), season = Input([4], name: "season")
        let field = Conv2D(1, kernelSize: 3, padding: .same, activation: .relu)(sst)
        let deeper = Conv2D(1, kernelSize: 3, padding: .same)(field)
        let both = Concatenate()(Flatten()(Add()(deeper, field)), season)
        return Model(inputs: [sst, season], outputs: [Dense(1)(both), Dense(2)(both)])
    }
    private static func blocks(_ figure: Figure) -> [Block] { figure.panels[0].elements.compactMap { $0 as? Block } }
    private static func arrows(_ figure: Figure) -> [Arrow] { figure.panels[0].elements.compactMap { $0 as? Arrow } }

    @Test func aChainIsABoxForEachLayerWithItsShapeAndParameters() {
        let blocks = Self.blocks(Self.chain.diagram())
        #expect(
            blocks.map(\.text) == [
                "input (Input)\n14 × 19 × 1", "conv2d (Conv2D)\n12 × 18 × 4, 28 parameters",
                "max\\_pooling2d (MaxPooling2D)\n6 × 9 × 4",
                "flatten (Flatten)\n216", "dense (Dense)\n1, 217 parameters",
            ])
        #expect(Self.arrows(Self.chain.diagram()).count == 4)
        #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.y > $1.y + $1.height })
    }

    @Test func eachResultThatIsReadIsAnArrow() {
        let figure = Self.graph.diagram()
        #expect(Self.blocks(figure).count == 2 + 7 && Self.arrows(figure).count == 9)
        // Boxes beside each other do not touch.
        let blocks = Self.blocks(figure)
        for (i, a) in blocks.enumerated() {
            for b in blocks[(i + 1)...] {
                #expect(abs(a.x - b.x) >= a.width || abs(a.y - b.y) >= a.height, "\(a.text) and \(b.text)")
            }
        }
    }

    @Test func whatIsTooDeepIsShownInPart() throws {
        let deep = Sequential(input: [1]) {
            (0..<300).map { _ in Activation.relu }.map { ActivationLayer($0) as any Layer }
        }
        let figure = deep.diagram()
        #expect(figure.size.height < 10_000 && Self.blocks(figure).count < 130)
        #expect(figure.panels[0].elements.contains { ($0 as? Caption)?.text.contains("182 more rows") == true })
        #expect(try !figure.script(for: .svg, output: "a.svg").isEmpty)
    }

    @Test(.enabled(if: Figure.canDraw)) func noTextOfADiagramLeavesItOrLiesOnAnother() throws {
        for figure in [Self.chain.diagram(), Self.graph.diagram(), Self.graph.diagram(style: .dark)] {
            let faults = DrawnTexts(svg: String(decoding: try figure.data(.svg), as: UTF8.self)).faults
            #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        }
    }
}
