import Foundation
import Synchronization
import TernNN

/// The view of a window that slides over a grid, and of a small network of such windows.
package struct ConvolutionView: StudioView {
    package static let name = "convolution"
    package static let actions: [StudioAction<Self>] = [
        .init("describe") { (_, _: Nothing, _) in Description() },
        .init("convolve") { (view, settings: ConvolutionSettings, _) in
            let window = try settings.slidingWindow()
            return WindowResult(try view.input(settings), window)
        },
        .init("place") { (view, request: PlaceRequest, _) in
            let window = try request.settings.slidingWindow()
            return try WindowPlace(
                view.input(request.settings), window, row: request.row, column: request.column, isInput: request.isInput
            )
        },
        .init("places") { (view, settings: ConvolutionSettings, _) in
            let window = try settings.slidingWindow()
            return try WindowPlaces(view.input(settings), window)
        },
        .init("drop") { (view, request: Drop, work) in try view.drop(request, work) },
        .init("train") { (view, settings: FrontNetwork.Settings, work) in
            let network = try FrontNetwork(settings, work)
            view.kept.value.withLock { $0.network = network }
            return network.report
        },
        .init("field") { (view, settings: ConvolutionSettings, _) in try view.field(settings).shown },
        .init("look") { (view, request: Look, _) in
            guard let network = view.kept.value.withLock({ $0.network }) else {
                throw StudioMistake("the network is to be trained first")
            }
            return try NetworkLook(
                network, view.field(request.settings), isOther: request.settings.input == .file, row: request.row,
                column: request.column)
        },
        .init("copies") { (view, request: PlaceRequest, _) in
            let window = try request.settings.slidingWindow()
            return try ConvolutionCopies(
                view.input(request.settings), window, row: request.row, column: request.column, isInput: request.isInput
            )
        },
    ]

    /// What the page keeps between requests.
    private struct Kept {
        var file: DroppedFile?
        var network: FrontNetwork?
    }
    private final class Keeper: Sendable {
        let value = Mutex(Kept())
    }
    private let kept = Keeper()

    package init() {}

    /// What there is to choose from.
    struct Description: Encodable {
        /// Numbers under a name.
        struct Grid: Encodable { var name: String, text: String }
        var grids = [
            Grid(name: "nine, 3 × 3", text: "0 1 2;3 4 5;6 7 8"),
            Grid(name: "a ramp, 5 × 5", text: "0 1 2 3 4;5 6 7 8 9;10 11 12 13 14;15 16 17 18 19;20 21 22 23 24"),
            Grid(
                name: "a seven, 6 × 6", text: "0 0 0 0 0 0;0 9 9 9 9 0;0 0 0 0 9 0;0 0 0 9 0 0;0 0 9 0 0 0;0 0 9 0 0 0"),
        ]
        var kernels = [
            Grid(name: "the lecture's, 2 × 2", text: "0 1; 2 3"),
            Grid(name: "edge, 1 × 2", text: "1 -1"),
            Grid(
                name: "mean, 3 × 3",
                text: "0.1111111 0.1111111 0.1111111; 0.1111111 0.1111111 0.1111111; 0.1111111 0.1111111 0.1111111"),
            Grid(name: "smooth, 3 × 3", text: "0.0625 0.125 0.0625; 0.125 0.25 0.125; 0.0625 0.125 0.0625"),
            Grid(name: "eastward difference", text: "0 0 0; -0.5 0 0.5; 0 0 0"),
            Grid(name: "northward difference", text: "0 0.5 0; 0 0 0; 0 -0.5 0"),
            Grid(name: "Sobel, columns", text: "-1 0 1; -2 0 2; -1 0 1"),
            Grid(name: "Laplace", text: "0 1 0; 1 -4 1; 0 1 0"),
            Grid(name: "nothing changes", text: "0 0 0; 0 1 0; 0 0 0"),
        ]
        var mostCells = ConvolutionSettings.mostCells, mostWindow = ConvolutionSettings.mostWindow
        var side = FrontNetwork.side
        /// Columns of the lecture's field, the first and the one after the last.
        var validationColumns = [
            FrontNetwork.validationColumns.lowerBound, FrontNetwork.validationColumns.upperBound,
        ]
    }

    struct PlaceRequest: Decodable {
        var settings: ConvolutionSettings
        var row: Int, column: Int
        var isInput: Bool
    }

    struct Look: Decodable {
        var settings: ConvolutionSettings
        var row: Int, column: Int
    }

    /// A file that comes with the request: the cells of a picture, or a file of fields.
    struct Drop: Decodable {
        var name: String
        /// Of a picture, whose bytes are red, green, blue and opacity of each cell.
        var width: Int?, height: Int?
    }

    struct Dropped: Encodable {
        var name: String
        var maps: [DroppedFile.Map]
    }

    private func drop(_ request: Drop, _ work: StudioWork) throws -> Dropped {
        guard let bytes = work.attachment else { throw StudioMistake("no file came with the request") }
        let name = String(request.name.prefix(120))
        let file =
            if let width = request.width, let height = request.height {
                try DroppedFile(picture: bytes, name: name, width: width, height: height)
            } else {
                try DroppedFile(dataset: bytes, name: name, work)
            }
        kept.value.withLock { $0.file = file }
        return Dropped(name: name, maps: file.maps)
    }

    /// The whole field that settings name; the lecture's where numbers were typed.
    private func field(_ settings: ConvolutionSettings) throws -> ConvolutionInput {
        guard settings.input == .file else { return .seaSurface }
        guard let file = kept.value.withLock({ $0.file }) else {
            throw StudioMistake(
                "the file is not here: a link cannot bring it; drop it on the page again", argument: "file")
        }
        return try file.input(settings)
    }

    private func input(_ settings: ConvolutionSettings) throws -> ConvolutionInput {
        settings.input == .digits ? try ConvolutionInput(typed: settings.digits) : try field(settings).part(settings)
    }
}

extension ConvolutionInput {
    /// A whole field as it is drawn: of a large one every second cell, or every third, and so on.
    struct Shown: Encodable {
        var title: String, units: String
        var rows: Int, columns: Int, step: Int
        var shownRows: Int, shownColumns: Int
        var values: NumberArray
    }

    var shown: Shown {
        let step = max(1, (max(shape[0], shape[1]) + 399) / 400)
        let rows = Array(stride(from: 0, to: shape[0], by: step)),
            columns = Array(stride(from: 0, to: shape[1], by: step))
        let all = values.doubles
        return Shown(
            title: title, units: units, rows: shape[0], columns: shape[1], step: step, shownRows: rows.count,
            shownColumns: columns.count,
            values: NumberArray(rows.flatMap { i in columns.map { all[i * shape[1] + $0] } }, isSingle: true))
    }
}
