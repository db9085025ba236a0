import Foundation
import TestSupport
import Testing

/// Files of public reports, each with the command of its README and what it must give: the right value, or a message
/// that names place and remedy. Skipped where the files are absent.
@Suite struct CaseTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String, command: String, expected: [String]
        var testDescription: String { "\(name): \(command)" }

        init(_ name: String, _ command: String, _ expected: String...) {
            (self.name, self.command, self.expected) = (name, command, expected)
        }
    }

    private static func linear(
        _ name: String, _ file: String, _ rmse: String, _ more: String = "", _ expected: String...
    ) -> Case {
        var found = Case(
            name, "tern fit \(file) --target ozone --split last --epochs 3 -o m.st \(more)", "linear regression")
        found.expected = ["linear test RMSE \(rmse)"] + expected
        return found
    }

    static let cases: [Case] = [
        linear(
            "02-decimal-comma-dropped", "decimalcomma_int_target.csv", "2.28822", "", "a comma stands before fractions"),
        linear("03-thousands-dropped", "thousands_quoted.csv", "2.3129", "", "a comma stands between thousands"),
        Case(
            "05-boolean-dropped", "tern fit bool2.csv --target ozone --estimator mlp --epochs 50 -o m.st", "0.987689",
            "True and False become 1 and 0"),
        linear(
            "06-sentinel-999", "miss__999_d8.csv", "10.0732", "--missing drop",
            "-999 in line 7 and 2 more stands apart", "--missing-values=-999"),
        linear("06-sentinel-999", "miss__999_d8.csv", "2.32966", "--missing drop --missing-values=-999"),
        linear("14-hash-header", "hash_header_sp.csv", "2.32782"),
        linear("15-lines-before-header", "openmeteo.csv", "2.32782", "", "lines 1 to 3"),
        linear("15-lines-before-header", "power_header.csv", "2.32782", "", "lines 1 to 4"),
        linear("16-units-row", "units_row.csv", "2.32782", "", "line 2 holds units"),
        linear("17-comma-in-a-name", "header_comma.csv", "2.32782", "--features 'temp, air,rh,wind'"),
        linear("17-comma-in-a-name", "header_comma.csv", "2.32782", "--features '\"temp, air\",rh,wind'"),
        linear("18-pipe-delimiter", "pipe.csv", "2.32782"),
        linear("19-row-names-of-R", "R_writecsv_short_header.csv", "2.32782", "", "it names the rows"),
        linear(
            "20-empty-and-constant-columns", "eccc.csv", "2.32782", "", "\"Total Snow Flag\" is left out: empty",
            "\"Year\" is left out: constant, 2020"),
        linear("21-two-empty-trailing-columns", "trailing_two_commas.csv", "2.32782"),
        linear("22-missing-markers-of-pandas", "miss__N_A_e1.csv", "2.32966", "--missing drop"),
        linear("22-missing-markers-of-pandas", "miss__NA__09.csv", "2.32966", "--missing drop"),
        linear("22-missing-markers-of-pandas", "miss_1__QNAN_b0.csv", "2.32966", "--missing drop"),
        linear("22-missing-markers-of-pandas", "miss_MM_9a.csv", "2.32966", "--missing drop"),
        linear("22-missing-markers-of-pandas", "miss___3f.csv", "2.32966", "--missing drop"),
        Case(
            "23-date-column-as-feature", "tern fit date_iso.csv --target ozone --epochs 2 -o m.st",
            "column \"date\": dates become the year with a fraction"),
        Case(
            "23-date-column-as-feature",
            "tern fit date_iso.csv --target ozone --features date,rh --as-number date --epochs 2 -o m.st",
            "0.647736"),
        Case(
            "24-text-classes-as-target", "tern fit cls_text.csv --target rainy --epochs 5 -o m.st", "accuracy train",
            "logistic regression", "most frequent class", "true class, and how often each was predicted"),
        Case(
            "40-inf-in-predict",
            "tern fit base.csv --target ozone --epochs 2 -q -o m.st; printf 'temp,rh,wind\\n1,2,3\\ninf,2,3\\n' > q.csv; tern predict m.st q.csv",
            "q.csv:3: column \"temp\" (1st): an infinite value"),
        Case(
            "41-divergence-unnoticed", "tern fit base.csv --target ozone --estimator mlp --learning-rate 1e6 -o m.st",
            "the weights are no longer finite"),
        Case(
            "42-descend-outside-the-domain", "tern descend --function 'sqrt(x)' --from=-1 --no-figure",
            "sqrt(x) has the value nan where the search begins"),
        Case(
            "42-descend-outside-the-domain", "tern descend --function '1/x' --from=0 --no-figure",
            "1/x has the value inf where the search begins"),
        linear("68-csv-line-ends-bom-quotes", "bom_crlf.csv", "2.32782"),
        linear("68-csv-line-ends-bom-quotes", "cr_only.csv", "2.32782"),
        linear("68-csv-line-ends-bom-quotes", "embedded_newline.csv", "2.32782", "--exclude note"),
        linear("68-csv-line-ends-bom-quotes", "mixed_eol.csv", "2.32782"),
        linear("68-csv-line-ends-bom-quotes", "tabs_in_commas.csv", "2.32782"),
        linear(
            "68-csv-line-ends-bom-quotes", "semicolon_trailing_eor.csv", "2.32782", "", "\"eor\" is left out: constant"),
        linear(
            "69-missing-target-rows", "misstarget.csv", "2.30958", "--missing mean",
            "3 rows without a target are left out"),
        Case("09-scale-factor-as-text", "tern inspect scalestr.nc", "0.5    2  1.16667   25.0 %"),
        Case(
            "11-grid-latitude-as-latitude", "tern inspect rot_degnorth.nc --map t -o x.svg",
            "a map needs latitude and longitude"),
        Case(
            "13-valid-range-ignored", "tern inspect valid_range.nc", "v       0.1  0.3   0.2   50.0 %",
            "which xarray does not do"),
        Case("13-valid-range-ignored", "tern inspect valid_min_max.nc", "v         1    3     2   50.0 %"),
        Case(
            "27-no-time-in-the-time-axis", "tern train exp.yaml -o runs/r",
            "the 18th time is nan days since 2000-01-01, which is no date; correct the times in the file"),
        Case(
            "28-one-dimension-twice", "tern inspect dupdim.nc", "o3        0    5   2.5",
            "it has one dimension twice (layer, layer)"),
        Case(
            "30-stations", "tern train exp.yaml -o runs/r", "the dimension \"station\" is taken as cells", "0.123271",
            "2.18886"),
        Case("31-length-one-dimension", "tern train exp.yaml -o runs/r", "0.125632"),
        Case("32-groups", "tern train exp.yaml -o runs/r", "0.125632"),
        Case("26-months-since", "tern train exp.yaml -o runs/r", "0.125632"),
        Case(
            "33-target-gaps-refused", "tern train exp.yaml -o runs/r",
            "4 steps without a target are neither learned nor scored", "0.125719"),
        Case(
            "34-infinite-cell", "tern train exp.yaml -o runs/r",
            "is infinite (or beyond single precision) at time 2000-04-01, lat -14, lon 90"),
        Case("36-zarr-3", "tern inspect v3.zarr", "sst      279.957   302.62   289.998"),
        Case("38-zarr-datetime64", "tern inspect m8.zarr", "279.957       302.62      289.998"),
        Case("39-files-of-other-kinds", "tern inspect m.keras", "a model of Keras 3.15.1"),
        Case("39-files-of-other-kinds", "tern inspect a.npy", "this is a NumPy array (.npy)"),
        Case("39-files-of-other-kinds", "tern inspect base.csv.gz", "this is a file compressed by gzip"),
        Case("39-files-of-other-kinds", "tern inspect g.grib", "this is a GRIB file", "convert it to NetCDF"),
        Case("39-files-of-other-kinds", "tern fit base.csv.gz --target ozone --epochs 2 -o m.st", "2.06341"),
        Case("64-packed-parts-out-of-order", "tern train exp.yaml -o runs/r", "0.1256 "),
        Case("66-era5-of-the-new-store", "tern train exp.yaml -o runs/r", "0.125632"),
        Case("67-variables-named-no-and-NO2", "tern train exp.yaml -o runs/r", "0.125632"),
        linear("70-constant-in-the-training-part", "nearconst.csv", "2.32782"),
    ]

    @Test(.enabled(if: Fixture.hasShared("cases")), arguments: cases)
    func givesItsRightValue(_ one: Case) throws {
        let folder = TemporaryFolder()
        let files = Fixture.sharedPath("cases/\(one.name)")
        for name in try FileManager.default.contentsOfDirectory(atPath: files) {
            try FileManager.default.copyItem(atPath: "\(files)/\(name)", toPath: folder.path(name))
        }
        let tool = try Tool(shell: one.command, in: folder), text = tool.output + tool.error
        let linear = text.split(separator: "\n").first { $0.hasPrefix("linear regression") }?.split(separator: " ")
        for expected in one.expected {
            if expected.hasPrefix("linear test RMSE ") {
                let wanted = Double(expected.split(separator: " ").last!)!,
                    found = linear.flatMap { Double($0[3]) } ?? .nan
                expectClose(found, wanted, 2e-6, unit: 0, text)
            } else {
                #expect(text.contains(expected), "\(text)")
            }
        }
    }
}
