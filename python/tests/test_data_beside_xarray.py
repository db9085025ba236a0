"""What tern.data writes, xarray reads, and the other way round, alike in values, kinds, coordinates and attributes."""

import warnings

import numpy as np
import pytest

import tern.data

xarray = pytest.importorskip("xarray")
cftime = pytest.importorskip("cftime")
pytest.importorskip("netCDF4")

date = cftime.datetime
LENGTHS = {"time": 3, "lat": 2, "x y": 1, "β": 4, "none": 0}
CALENDARS = ["noleap", "360_day", "julian", "all_leap"]


def values(random, kind, shape):
    """Of a kind of data, with gaps where there may be some."""
    if kind == "dates":
        return np.datetime64("1999-12-31T23:59:59", "ns") + random.integers(0, 10**6, shape) * np.timedelta64(60, "s")
    if kind == "durations":
        return random.integers(0, 1000, shape) * np.timedelta64(3600, "s").astype("m8[ns]")
    if kind == "texts":
        return random.choice(np.array(["a", "bé", "", "日本"], object), shape)
    if kind == "bool":
        return random.integers(0, 2, shape).astype(bool)
    if kind[0] == "f":
        made = random.normal(size=shape).astype(kind)
        made[random.random(shape) < 0.2] = np.nan
        return made
    return random.integers(0, 100, shape).astype(kind)


def labels(random, length):
    """Of a coordinate."""
    choice = random.integers(0, 6)
    if choice == 0:
        step = random.choice([1, 60, 86400])
        return np.datetime64("2000-02-29T23:59:59.999999", "ns") + np.arange(length) * np.timedelta64(step, "s")
    if choice == 1:
        calendar, year = str(random.choice(CALENDARS)), int(random.integers(1, 3000))
        return np.array([date(year + i, 2, 28, 23, 59, 59, 999_999, calendar=calendar) for i in range(length)], object)
    if choice == 2:
        return np.array([f"s{i}é" for i in range(length)], object)
    if choice == 3:
        return np.arange(length) * np.timedelta64(1, "D").astype("m8[ns]")
    return (1.5 * np.arange(length)).astype(random.choice(["f4", "f8", "i4"]))


def dataset(seed, kinds):
    random = np.random.default_rng(seed)
    data = xarray.Dataset()
    for name in ["sst", "v 1", "ß", "x-y.z"][: random.integers(1, 5)]:
        dims = list(random.permutation(list(LENGTHS))[: random.integers(1, 3)])
        made = values(random, random.choice(kinds), [LENGTHS[dim] for dim in dims])
        data[name] = (dims, made, {"long name": "x=ü", "numbers": [1.5, 2.5]} if random.random() < 0.5 else {})
    for dim in data.dims:
        if random.random() < 0.7:
            data = data.assign_coords({dim: (dim, labels(random, LENGTHS[dim]), {"axis": "Q"})})
        elif random.random() < 0.5:
            data = data.assign_coords({f"of_{dim.replace(' ', '_')}": (dim, 2.5 * np.arange(LENGTHS[dim]))})
        if dim in data.coords and data[dim].dtype == "f8":
            data[dim].attrs["bounds"] = f"{dim}_bnds"
            data[f"{dim}_bnds"] = ((dim, "bnds"), np.stack([data[dim].values - 1, data[dim].values + 1], -1))
    return data.assign_attrs(title="Made", n=3)


def check(found, expected, same_types):
    half = np.timedelta64(500, "us")
    assert set(found.data_vars) == set(expected.data_vars) and set(found.coords) == set(expected.coords)
    for name, variable in expected.variables.items():
        own = found[name]
        assert own.dims == variable.dims and own.shape == variable.shape, name
        # Integers are written as fractions, and whole labels as integers.
        if same_types or variable.dtype.kind not in "iuf":
            assert own.dtype.kind == variable.dtype.kind or {own.dtype.kind, variable.dtype.kind} <= set("OUT"), name
        if variable.dtype.kind == own.dtype.kind == "M":
            # xarray multiplies microseconds to nanoseconds in fractions of 64 bits.
            own, variable = (array.astype("M8[ms]") for array in (own + half, variable + half))
        pairs = zip(own.values.ravel().tolist(), variable.values.ravel().tolist())
        assert all(a == b or (a != a and b != b) for a, b in pairs), (name, own.values, variable.values)
        assert set(own.attrs) == set(variable.attrs), (name, own.attrs, variable.attrs)
        for key, value in variable.attrs.items():
            assert np.all(own.attrs[key] == value), (name, key)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(30))
def test_what_xarray_writes_is_read_as_xarray_reads_it(tmp_path, seed):
    kinds = ["f4", "f8", "i1", "i2", "i4", "u1", "bool", "i8", "u2", "u4", "u8", "texts", "dates", "durations"]
    dataset(seed, kinds).to_netcdf(tmp_path / "a.nc")
    check(tern.data.open(tmp_path / "a.nc").to_xarray(), xarray.load_dataset(tmp_path / "a.nc"), same_types=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", ["nc", "zarr"])
@pytest.mark.parametrize("seed", range(100, 120))
def test_what_is_written_is_read(tmp_path, seed, ending):
    data = dataset(seed, ["f4", "f8", "i4", "bool", "dates", "durations"])
    tern.data.write(data, tmp_path / f"a.{ending}")
    readings = [tern.data.open(tmp_path / f"a.{ending}").to_xarray()]
    if ending == "nc":
        readings.append(xarray.load_dataset(tmp_path / "a.nc"))
    for found in readings:
        found.attrs.pop("Conventions")
        check(found, data, same_types=False)
        assert found.attrs["title"] == "Made" and found.attrs["n"] == 3


@pytest.mark.parametrize("units", ["months since 2000-01-01", "years since 1999-01-01", "days since 1850-01-01"])
@pytest.mark.parametrize("clock", ["00:00:00", "23:59:59.999999", "01:00:00"])
def test_dates_are_counted_in_units_that_say_them_exactly(tmp_path, units, clock):
    times = np.array([f"2000-01-31T{clock}", f"2015-02-28T{clock}"], "M8[ns]")
    data = xarray.DataArray([1.0, 2], {"time": times}, ["time"], "t")
    data.time.encoding["units"] = units
    tern.data.write(data, tmp_path / "t.nc")
    found = xarray.load_dataset(tmp_path / "t.nc")
    # xarray multiplies microseconds to nanoseconds in fractions of 64 bits.
    assert abs(found.time.values - times).max() < np.timedelta64(1, "us")
    assert list(tern.data.open(tmp_path / "t.nc")["t"].time.values) == list(times)
    assert not found.time.encoding["units"].startswith(("months", "years"))
    if clock == "00:00:00" and units.startswith("days"):
        assert found.time.encoding["units"] == units


def test_dates_too_far_apart_for_microseconds_are_refused(tmp_path):
    times = [date(year, 1, 1, 0, 0, 0, 1, calendar="noleap") for year in (1, 2000)]
    with pytest.raises(ValueError, match="from the year 1 to 2000 in microseconds"):
        tern.data.write(xarray.DataArray([1.0, 2], {"time": times}, ["time"], "t"), tmp_path / "t.nc")


def test_gaps_in_dates_stay_gaps(tmp_path):
    dates = np.array(["2000-01-01T06", "NaT", "2001-01-01"], "M8[ns]")
    data = xarray.Dataset({"day": ("x", dates), "length": ("x", dates - dates[0])})
    tern.data.write(data, tmp_path / "d.nc")
    xarray.testing.assert_equal(tern.data.open(tmp_path / "d.nc").to_xarray(), data)
    xarray.testing.assert_equal(xarray.load_dataset(tmp_path / "d.nc", decode_timedelta=True), data)


def test_bounds_of_times_are_times(tmp_path):
    times = np.array(["2000-01-16", "2000-02-15"], "M8[ns]")
    ends = np.array([["2000-01-01", "2000-02-01"], ["2000-02-01", "2000-03-01"]], "M8[ns]")
    data = xarray.Dataset({"rain": ("time", [1.0, 2]), "time_bnds": (("time", "b"), ends)}, {"time": times})
    data.time.attrs["bounds"] = "time_bnds"
    data.time.encoding["units"] = "days since 1999-01-01"
    data.to_netcdf(tmp_path / "t.nc")
    found = tern.data.open(tmp_path / "t.nc").to_xarray()
    assert (found.time_bnds.values == ends).all() and found.time.attrs["bounds"] == "time_bnds"


def test_a_variable_of_texts_has_its_coordinates(tmp_path):
    data = xarray.Dataset({"name": ("x", np.array(["a", "b"], object))}, {"x": [10, 20], "code": ("x", [7.5, 8])})
    data.to_netcdf(tmp_path / "n.nc")
    found = tern.data.open(tmp_path / "n.nc").read("name", {"x": slice(1, 2)})
    assert found.sel(x=20).item() == "b" and found.code.item() == 8


def test_attributes_of_bytes_are_texts(tmp_path):
    data = xarray.DataArray([1.0], dims="x", name="t", attrs={"who": "é".encode()})
    tern.data.write(data, tmp_path / "t.nc")
    assert tern.data.open(tmp_path / "t.nc")["t"].attrs["who"] == "é"
    with pytest.raises(ValueError, match="UTF-8"):
        tern.data.write(data.assign_attrs(who=b"\xff"), tmp_path / "t.nc")


def test_netcdf_3_keeps_texts_and_refuses_empty_dimensions(tmp_path):
    data = xarray.DataArray([1.0, 2], {"model": ["a", "bé"]}, ["model"], "t")
    tern.data.write(data, tmp_path / "t.nc", format="netcdf3")
    assert list(xarray.load_dataset(tmp_path / "t.nc").model.values) == ["a", "bé"]
    with pytest.raises(ValueError, match="NetCDF 3 has no dimensions of length 0"):
        tern.data.write(data[:0], tmp_path / "e.nc", format="netcdf3")
    tern.data.write(data[:0], tmp_path / "e.nc")
    assert tern.data.open(tmp_path / "e.nc")["t"].shape == (0,)


@pytest.mark.parametrize("count", [1, 2])
def test_dates_in_nanoseconds_are_rounded_with_a_warning(tmp_path, count):
    times = np.datetime64("2000-01-01T00:00:00.123456789", "ns") + np.arange(count)
    xarray.Dataset({"a": ("time", np.ones(count))}, {"time": times}).to_netcdf(tmp_path / "n.nc")
    with pytest.warns(UserWarning, match="time is in nanoseconds"):
        found = tern.data.open(tmp_path / "n.nc")["a"].time.values
    assert abs(found - times)[0] <= np.timedelta64(500, "ns")


def test_units_that_are_no_dates_leave_numbers_with_a_warning(tmp_path):
    data = xarray.Dataset({"when": (("x", "y"), [[1.0]], {"units": "moons since 2000-01-01"})})
    data.to_netcdf(tmp_path / "w.nc")
    with pytest.warns(UserWarning, match="when stays numbers"):
        assert tern.data.open(tmp_path / "w.nc")["when"].item() == 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data["when"].attrs["units"] = "m"
        data.to_netcdf(tmp_path / "m.nc")
        tern.data.open(tmp_path / "m.nc").to_xarray()


def series(path, values, start, encoding=None, dim="time"):
    data = xarray.Dataset({"x": (dim, values)}, {dim: start + np.arange(len(values))})
    data.to_netcdf(path, encoding={"x": encoding or {}})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("first", "second", "encoding"),
    [
        (np.array([1, 2], "i4"), np.array([1.9, np.pi], "f4"), None),
        (np.array([1, 2], "i2"), np.array([100_000, -5], "i4"), None),
        (np.array([1, 2], "i2"), np.array([0.1, 0.25]), {"dtype": "i2", "scale_factor": 0.01}),
        (np.array([1, 2], "f4"), np.array([100_000.123456789, 0.1]), None),
        (np.array([1, 2], "u1"), np.array([-1, 2], "i1"), None),
    ],
)
def test_joined_files_of_several_types_are_promoted(tmp_path, first, second, encoding):
    paths = [tmp_path / "a.nc", tmp_path / "b.nc"]
    series(paths[0], first, 0)
    series(paths[1], second, 2, encoding)
    found = tern.data.open(paths, along="time")["x"]
    with xarray.open_dataset(paths[0]) as a, xarray.open_dataset(paths[1]) as b:
        expected = np.concatenate([a.x.values, b.x.values])
    np.testing.assert_array_equal(found.values, expected)
    assert found.dtype == expected.dtype
    # Labels, too.
    series(paths[0], first, np.int32(500), dim="lev")
    series(paths[1], second, 0.25, dim="lev")
    assert tern.data.open(paths, along="lev")["x"].lev.values.tolist() == [0.25, 1.25, 500, 501]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("calendar", [*CALENDARS, "standard"])
def test_dates_are_of_the_class_of_their_calendar(tmp_path, calendar):
    time = xarray.date_range("1500-01-01", periods=500, calendar=calendar, use_cftime=True)
    xarray.Dataset({"x": ("time", np.arange(500.0))}, {"time": time}).to_netcdf(tmp_path / "a.nc")
    found = tern.data.open(tmp_path / "a.nc").to_xarray()
    expected = xarray.load_dataset(tmp_path / "a.nc")
    assert found.identical(expected)
    for dates in ("1500-03", slice("1500-02", "1501-01")):
        assert found.sel(time=dates).identical(expected.sel(time=dates))
    if calendar != "360_day":
        assert found.convert_calendar("noleap").identical(expected.convert_calendar("noleap"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("calendar", [*CALENDARS, "standard"])
def test_years_before_the_first_are_those_of_cftime(tmp_path, calendar):
    units = {"units": "days since -0044-03-15", "calendar": calendar}
    numbers = np.array([-400.0, 0, 15_900, 20_000])
    file = xarray.Dataset({"x": ("time", numbers)}, {"time": ("time", numbers, units)})
    file.to_netcdf(tmp_path / "a.nc")
    expected = xarray.load_dataset(tmp_path / "a.nc")
    found = tern.data.open(tmp_path / "a.nc").to_xarray()
    assert found.time.values.tolist() == expected.time.values.tolist()
    tern.data.write(expected, tmp_path / "b.nc")
    assert xarray.load_dataset(tmp_path / "b.nc").time.values.tolist() == expected.time.values.tolist()


@pytest.mark.parametrize("origins", [(2000, 2001), (2000, 2000)])
def test_yearly_files_that_count_from_their_own_year_are_joined(tmp_path, origins):
    paths = [tmp_path / f"{year}.nc" for year in (2000, 2001)]
    for year, origin, path in zip((2000, 2001), origins, paths):
        time = np.datetime64(f"{year}-01-01", "ns") + np.array([15, 45]) * np.timedelta64(1, "D")
        edges = np.stack([time - np.timedelta64(15, "D"), time + np.timedelta64(15, "D")], axis=1)
        data = xarray.Dataset(
            {
                "x": ("time", [1.0, 2.0]),
                "start": ("time", time + np.timedelta64(1, "h")),
                "time_bnds": (("time", "bnds"), edges),
            },
            {"time": ("time", time, {"bounds": "time_bnds"})},
        )
        for name in ("time", "start"):
            data[name].encoding |= {"units": f"days since {origin}-01-01", "dtype": "float64"}
        data.to_netcdf(path)
    found = tern.data.open(paths, along="time").to_xarray()
    with xarray.open_dataset(paths[0]) as a, xarray.open_dataset(paths[1]) as b:
        expected = xarray.concat([a, b], "time").load()
    for name in expected.variables:
        np.testing.assert_array_equal(found[name].values, expected[name].values)


def test_texts_that_json_has_for_numbers_stay_texts(tmp_path):
    for name, label in (("inf", "nan"), ("nan", "inf")):
        own = xarray.DataArray([1.0], {label: ("x", [2.5])}, ["x"], name, {"missing": "nan", "most": "inf"})
        tern.data.write(own, tmp_path / "a.nc")
        found = tern.data.open(tmp_path / "a.nc")[name]
        assert found.attrs == {"missing": "nan", "most": "inf"}
        assert xarray.load_dataset(tmp_path / "a.nc")[name].attrs["missing"] == "nan"
