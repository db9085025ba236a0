import TernCore
import TernData
import TestSupport
import Testing

/// What labels forbid: fields that do not belong together, names that would stand twice, lines between labels in no
/// order.
@Suite struct FieldLabelTests {
    private func field(_ values: [Double], _ labels: [Double], _ name: String = "x") -> Field {
        Field("t", Tensor(values), dimensions: [name], coordinates: [Coordinate(name, numbers: labels)])
    }

    /// Two years of months, along with another dimension.
    private func months(and other: String) -> Field {
        let time = Coordinate("time", times: (0..<24).map { CalendarDate(year: 2000).adding(months: $0) })
        return Field("t", Tensor.ones([24, 2]), dimensions: ["time", other], coordinates: [time])
    }

    /// xarray: 1 + nan and 7 share the label 1 alone; those that both have nan keep it.
    @Test func aMissingLabelIsNoneThatIsThere() throws {
        let a = field([1, 2], [1, .nan]), b = field([10, 20], [1, 7])
        #expect(message { try a + b }.contains("coordinate \"x\" has 7 here"))
        #expect(message { try b + a }.contains("coordinate \"x\""))
        #expect(try (a + a).values.doubles == [2, 4])
        #expect(message { try Field.concatenated([a, b], along: "run") }.contains("coordinate \"x\""))
        let limits = field([1, 2], [-.infinity, .infinity])
        #expect(try (limits + limits).values.doubles == [2, 4])
    }

    @Test func missingLabelsDoNotHideOthersInAligning() throws {
        let own = field([3, 0, 1, 2], [3, .nan, 1, 2]), other = field([10, 20, 30], [1, 2, 3])
        let (a, b) = try own.align(with: other), (c, d) = try other.align(with: own)
        #expect(a.values.doubles == [3, 1, 2] && b.values.doubles == [30, 10, 20])
        #expect(c.values.doubles == [10, 20, 30] && d.values.doubles == [1, 2, 3])
        let gap = field([5, 6], [.nan, 2]), (e, f) = try own.align(with: gap)
        #expect(e.values.doubles == [0, 2] && f.values.doubles == [5, 6])
    }

    @Test func allCoordinatesAlongADimensionAreCompared() throws {
        func sample(_ name: String, _ models: [String]) -> Field {
            Field(
                name, Tensor([1.0, 2]), dimensions: ["sample"],
                coordinates: [Coordinate("model", dimension: "sample", labels: .texts(models))])
        }
        let a = sample("a", ["A", "B"])
        #expect(
            message { try a - sample("b", ["B", "A"]) }.contains(
                "coordinate \"model\" has \"B\" here where it has \"A\" in field \"a\"; order both alike"))
        #expect(try (a - sample("b", ["A", "B"])).values.doubles == [0, 0])
    }

    /// xarray: MergeError.
    @Test func aNameLabelsOneDimension() throws {
        let sample = Field(
            "a", Tensor([1.0, 2]), dimensions: ["sample"],
            coordinates: [Coordinate("model", dimension: "sample", numbers: [1, 1])])
        let model = Field(
            "b", Tensor([1.0, 2, 3]), dimensions: ["model"], coordinates: [Coordinate("model", numbers: [1, 2, 3])])
        #expect(
            message { try sample * model }.contains(
                "the coordinate \"model\" lies along \"model\" and along \"sample\" in \"b\" and \"a\"; rename"))
        #expect(message { try model - sample }.contains("lies along \"sample\" and along \"model\""))
        #expect(try (sample * sample.renamed("c")).coordinates == sample.coordinates)
    }

    @Test func labelsOfAnotherDimensionAlignNothing() throws {
        func field(_ models: [Double], along dimension: String = "sample") -> Field {
            Field(
                "t", Tensor((0..<8).map(Double.init), shape: [2, 4]), dimensions: ["model", "sample"],
                coordinates: [Coordinate("model", dimension: dimension, numbers: models)])
        }
        let (a, b) = try field([10, 20, 30, 40]).align(with: field([40, 30, 20, 10]))
        #expect(a.values.doubles == (0..<8).map(Double.init) && b.values.doubles == a.values.doubles)
        #expect(
            message {
                try Field.concatenated([field([1, 2], along: "model"), field([1, 1, 2, 2])], along: "run")
            }.contains("coordinate \"model\" lies along \"sample\" here, along \"model\" in the fields"))
    }

    /// xarray's `interpolate_na` refuses them too.
    @Test func labelsInNoOrderAreNotInterpolatedBy() throws {
        for labels in [[0, 10, 5], [0, 5, 5], [0, 5, .nan]] as [[Double]] {
            #expect(
                message { try field([0, .nan, 5], labels).filled(.interpolated(along: "x")) }.contains(
                    "the labels of \"x\" neither rise nor fall throughout"))
        }
        let falling = field([0, .nan, 5], [10, 6, 0]), ring = field([0, 5, .nan, 15], [350, 355, 0, 5], "lon")
        expectClose(try falling.filled(.interpolated(along: "x")).values.doubles, [0, 2, 5])
        expectClose(try ring.filled(.interpolated(along: "lon")).values.doubles, [0, 5, 10, 15])
        expectClose(try field([0, 5, 10, 15], [350, 355, 0, 5], "lon").trend(along: "lon").slope.values.item, 1)
    }

    @Test func aNewDimensionHasANameOfItsOwn() throws {
        #expect(
            message { try months(and: "month").grouped(by: .month) }.contains("it has a dimension \"month\" already"))
        #expect(message { try months(and: "group").grouped(by: .coordinate("time")) }.contains("dimension \"group\""))
        #expect(message { try months(and: "year").seasonMeans("JJA") }.contains("dimension \"year\" already"))
        #expect(message { try months(and: "lag").windows(3) }.contains("dimension \"lag\" already"))
        #expect(
            try months(and: "month").renaming(dimension: "month", to: "m").grouped(by: .month).mean().shape == [12, 2])
        let means = try months(and: "lat").grouped(by: .month),
            odd = means.mean().renaming(dimension: "lat", to: "time")
        #expect(message { try means.anomaly(from: odd) }.contains("dimension \"time\" already"))
    }

    /// As xarray's `concat` along a DataArray of labels.
    @Test func labelsOfJoinedFieldsReplaceTheirOwn() throws {
        let a = field([1], [0]), b = field([2, 3], [1, 2])
        let joined = try Field.concatenated([a, b], along: "x", labels: .texts(["p", "q", "r"]))
        #expect(joined.coordinates.map(\.texts) == [["p", "q", "r"]])
        #expect(
            message { try Field.concatenated([a, b], along: "x", labels: .numbers([1, 2])) }.contains(
                "there are 2 labels for 3 entries along \"x\""))
        #expect(
            message { try Field.concatenated([a, a], along: "run", labels: .numbers([1])) }.contains(
                "there are 1 labels for 2 entries along \"run\""))
    }
}
