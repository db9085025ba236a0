import TernData
import TestSupport
import Testing

@Suite struct CalendarTests {
    @Test func numbersAreTheDatesThatCftimeGives() throws {
        for each in FieldFixtures.expected.calendars {
            let units = try TimeUnits(each.units, calendar: #require(CalendarDate.Calendar(name: each.calendar)))
            for ((number, date), back) in zip(zip(each.numbers.doubles, each.dates), each.back.doubles) {
                let found = try #require(units.date(for: number))
                #expect(
                    [found.year, found.month, found.day, Int((found.seconds * 1e6).rounded())] == date,
                    "\(number) \(each.units), \(each.calendar)")
                expectClose(units.number(for: found), back, 1e-12, unit: 0, "\(number) \(each.units), \(each.calendar)")
            }
        }
    }

    @Test(arguments: CalendarDate.Calendar.allCases)
    func everyDayIsFollowedByTheNext(_ calendar: CalendarDate.Calendar) {
        var date = CalendarDate(year: 1, calendar: calendar)
        for number in 0..<800_000 {
            let next = CalendarDate(dayNumber: number, calendar: calendar)
            if next.dayNumber != number || !next.isValid || (number > 0 && next <= date) {
                Issue.record("day \(number) is \(next) after \(date)")
                return
            }
            date = next
        }
    }

    @Test func daysThatTheReformSkippedDoNotExist() {
        #expect(CalendarDate("1582-10-10") == nil)
        #expect(CalendarDate("1582-10-04")!.adding(days: 1) == CalendarDate("1582-10-15"))
        #expect(CalendarDate("1582-10-10", calendar: .prolepticGregorian) != nil)
        #expect(CalendarDate("2000-02-30", calendar: .days360) != nil)
        #expect(CalendarDate("2000-02-29", calendar: .noLeap) == nil)
        #expect(CalendarDate("1900-02-29", calendar: .julian) != nil)
    }

    @Test func textsAreReadAndWritten() {
        #expect(CalendarDate("2010")?.description == "2010-01-01")
        #expect(CalendarDate("2010-03")?.description == "2010-03-01")
        #expect(CalendarDate("2010-3-5 12:30")?.description == "2010-03-05T12:30:00")
        #expect(CalendarDate("2010-03-05T12:30:00.25Z")?.description == "2010-03-05T12:30:00.250000")
        #expect(CalendarDate("-0044-03-15")?.year == -44)
        for text in ["", "spring", "2010-13", "2010-02-30", "2010-03-05T25:00", "2010-03-05-01", "20 10"] {
            #expect(CalendarDate(text) == nil, "\(text)")
        }
    }

    @Test func aTextStandsForAllOfItsSpan() throws {
        let span = try #require(CalendarDate.span(of: "2000-02"))
        #expect(span.contains(CalendarDate("2000-02-29T23:59")!))
        #expect(!span.contains(CalendarDate("2000-03")!))
        #expect(CalendarDate.span(of: "2000", calendar: .days360)?.upperBound.day == 30)
        let ends = ["2000-02-28T23", "2000-02-28 23:05", "2000-02-28T23:05:06", "2000-02-28T23:05:06.5"].map {
            CalendarDate.span(of: $0)!.upperBound.description
        }
        #expect(
            ends == [
                "2000-02-28T23:59:59.999999", "2000-02-28T23:05:59.999999", "2000-02-28T23:05:06.999999",
                "2000-02-28T23:05:06.500000",
            ])
        #expect(CalendarDate.span(of: "2000-02-28T23:59:59")?.upperBound == CalendarDate("2000-02-28T23:59:59.999999"))
    }

    /// pandas.Timestamp refuses them too, but for T1.5:30 and T., which it takes for other times.
    @Test(arguments: [
        "T12:90", "T12:75:00", "T-1:60", "T0xA:00", "T1e1", "T00:00:60", "T1.5:30", "T12:30:", "T.", "T24:00", "T12:+3",
    ])
    func timesThatNoClockShowsAreNone(_ time: String) { #expect(CalendarDate("2010-03-15" + time) == nil) }

    @Test(arguments: ["2010-+3", "+2010-03", "2010-03-1_5"]) func partsOfDatesAreDigits(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test func whatIsSaidOfADateIsReadAsTheSame() throws {
        for text in ["2010-01-01T23:59:59.9999999", "2010-01-01T12:30:15.1234567", "2010-01-01T12.5"] {
            let date = try #require(CalendarDate(text))
            #expect(CalendarDate(date.description) == date, "\(text)")
        }
        #expect(CalendarDate(year: 2010, seconds: 86399.9999999).description == "2010-01-01T23:59:59.999999")
    }

    @Test func noMonthLaterIsADayThatTheReformSkipped() {
        let date = CalendarDate("1582-09-10")!
        #expect(date.adding(months: 1) == CalendarDate("1582-10-04") && date.adding(months: 2).day == 10)
    }

    /// cftime.num2date: 2000-01-01 12:00 from 4713 BC in both calendars, which have no year 0.
    @Test func yearsBeforeChristAreCountedAsTheCalendarCountsThem() throws {
        func date(_ number: Double, _ units: String, _ calendar: CalendarDate.Calendar) throws -> String? {
            let units = try TimeUnits(units, calendar: calendar), date = units.date(for: number)
            #expect(date.map(units.number(for:)) == number)
            return date?.description
        }
        #expect(try date(2_451_545, "days since -4713-01-01 12:00:00", .standard) == "2000-01-01T12:00:00")
        #expect(try date(2_451_558, "days since -4713-01-01 12:00:00", .julian) == "2000-01-01T12:00:00")
        #expect(try date(2_451_545, "days since -4713-11-24 12:00:00", .prolepticGregorian) == "2000-01-01T12:00:00")
        #expect(try date(0, "days since -5-02-29", .standard) == "-0004-02-29")
        #expect(try date(1, "days since -1-12-31", .julian) == "0001-01-01")
        #expect(try date(365, "days since -1-01-01", .noLeap) == "0000-01-01")
    }

    @Test func seasonsAndYearsAreTold() {
        #expect(
            ["2000-12", "2001-01", "2001-03", "2001-08", "2001-11"].map { CalendarDate($0)!.season.rawValue } == [
                "DJF", "DJF", "MAM", "JJA", "SON",
            ])
        #expect(CalendarDate("2000-12-31")!.dayOfYear == 366)
        #expect(CalendarDate("2001-07-02T12:00")!.decimalYear == 2001.5)
    }

    @Test func packedDatesAreWholeNumbersOfTheirParts() {
        func text(_ number: Double) -> String? { CalendarDate.unpacked(number, years: 1800...2199)?.date.description }
        #expect(text(202_002) == "2020-02-01" && text(2_020_366) == "2020-12-31" && text(20_200_229) == "2020-02-29")
        #expect(text(2_020_022_906) == "2020-02-29T06:00:00" && text(202_002_290_630) == "2020-02-29T06:30:00")
        for number in [202_013, 179_912, 2_021_366, 2_020_000, 20_210_229, 2_020_022_924, 202_002_290_660, 2_020.5] {
            #expect(text(number) == nil, "\(number)")
        }
        #expect(CalendarDate.unpacked(20_210_230, years: 1800...2199, calendar: .days360)?.part == .day)
    }

    @Test func unitsWithoutAMeaningAreRefused() {
        #expect(message { try TimeUnits("fortnights since 2000-01-01") }.contains("\"fortnights\""))
        #expect(message { try TimeUnits("days since yesterday") }.contains("\"yesterday\""))
        #expect(message { try TimeUnits("days") }.contains("no unit of time"))
        #expect(
            (try? TimeUnits("months since 2000-01-01", calendar: .days360))?.date(for: 13)?.description == "2001-02-01")
    }

    @Test func halfAMonthFromLateInAMonthIsReadAsItIsWritten() throws {
        let units = try TimeUnits("months since 2001-01-20")
        #expect(units.number(for: try #require(units.date(for: 0.5))) == 0.5)
        #expect(units.number(for: try #require(units.date(for: 3))) == 3)
    }
}
