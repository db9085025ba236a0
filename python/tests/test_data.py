"""Files of fields, read as xarray reads them."""

import warnings

import numpy as np
import pytest

import tern.data

xarray = pytest.importorskip("xarray")


def sst(times=4, dtype=np.float64):
    """Monthly maps with a gap."""
    values = np.random.default_rng(1).normal(20, 5, (times, 3, 4)).astype(dtype)
    values[1, 2, 3] = np.nan
    return xarray.DataArray(
        values,
        dims=("time", "lat", "lon"),
        name="sst",
        coords={
            "time": np.datetime64("1999-11-16T12", "ns") + np.arange(times) * np.timedelta64(31, "D"),
            "lat": ("lat", [-10.0, 0.0, 10.0], {"units": "degrees_north"}),
            "lon": ("lon", [0.0, 90.0, 180.0, 270.0], {"units": "degrees_east"}),
        },
        attrs={"units": "degC", "valid": [1, 2.5]},
    )


@pytest.mark.parametrize("ending", ["nc", "zarr", "zarr.zip"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_was_written_is_read(tmp_path, ending, dtype):
    data = sst(dtype=dtype)
    tern.data.write(data, tmp_path / f"sst.{ending}")
    found = tern.data.open(tmp_path / f"sst.{ending}")["sst"]
    xarray.testing.assert_identical(found.drop_attrs(), data.drop_attrs())
    assert found.dtype == dtype and found.attrs["units"] == "degC" and found.lat.attrs["units"] == "degrees_north"
    assert list(found.attrs["valid"]) == [1, 2.5]


@pytest.mark.parametrize("format", ["NETCDF4", "NETCDF3_CLASSIC"])
def test_files_of_xarray_are_read_as_xarray_reads_them(tmp_path, format):
    pytest.importorskip("netCDF4")
    path = tmp_path / "mixed.nc"
    data = xarray.Dataset(
        {"sst": sst(), "count": (("time", "lat"), np.arange(12, dtype="i4").reshape(4, 3))},
        {"model": ("time", np.array([3, 1, 2, 5], "i4"))},
        {"title": "Made"},
    )
    encoding = {"sst": {"dtype": "i2", "scale_factor": 0.01, "add_offset": 20.0, "_FillValue": -32768}}
    data.to_netcdf(path, format=format, encoding=encoding)
    with xarray.open_dataset(path) as expected, warnings.catch_warnings():
        warnings.simplefilter("error")
        found = tern.data.open(path).to_xarray()
        xarray.testing.assert_allclose(found, expected, rtol=1e-6)
        assert found["count"].dtype == expected["count"].dtype == np.int32
        assert found.attrs["title"] == "Made"


@pytest.mark.parametrize("calendar", ["noleap", "360_day", "standard"])
def test_dates_of_other_calendars_are_cftime(tmp_path, calendar):
    cftime = pytest.importorskip("cftime")
    dates = [cftime.datetime(1000 + i, 2, 28, 6, 30, calendar=calendar) for i in range(3)]
    data = xarray.DataArray(np.arange(3.0), {"time": dates}, ["time"], "t")
    tern.data.write(data, tmp_path / "t.nc")
    assert list(tern.data.open(tmp_path / "t.nc")["t"].time.values) == dates


def test_parts_are_read(tmp_path):
    data = sst()
    tern.data.write(data, tmp_path / "sst.nc")
    opened = tern.data.open(tmp_path / "sst.nc")
    part = opened.read("sst", {"time": slice(-2, None), "lon": (1, 3)})
    np.testing.assert_array_equal(part.values, data.values[-2:, :, 1:3])
    assert list(part.lon) == [90, 180]
    with pytest.raises(ValueError, match="no dimension 'tim'"):
        opened.read("sst", {"tim": slice(0, 1)})
    with pytest.raises(OSError, match="outside dimension"):
        opened.read("sst", {"time": (2, 9)})
    with pytest.raises(ValueError, match="one after the other"):
        opened.read("sst", {"time": slice(0, 4, 2)})


def test_several_files_are_joined(tmp_path):
    data = sst(6)
    for name, part in (("b", slice(3, 6)), ("a", slice(0, 3))):
        tern.data.write(data.isel(time=part), tmp_path / f"{name}.nc")
    paths = [tmp_path / "b.nc", tmp_path / "a.nc"]
    found = tern.data.open(paths, along="time")["sst"]
    np.testing.assert_array_equal(found.values, data.values)
    with pytest.raises(ValueError, match="along"):
        tern.data.open(paths)


def test_curvilinear_coordinates_are_coordinates(tmp_path):
    pytest.importorskip("netCDF4")
    data = xarray.Dataset(
        {"ice": (("y", "x"), np.ones((2, 3)))},
        {"lat": (("y", "x"), np.arange(6.0).reshape(2, 3)), "lon": (("y", "x"), np.arange(6.0).reshape(2, 3))},
    )
    data.to_netcdf(tmp_path / "ice.nc")
    opened = tern.data.open(tmp_path / "ice.nc")
    assert set(opened.to_xarray().coords) == {"lat", "lon"}
    with pytest.raises(ValueError, match="reset_coords"):
        tern.data.write(data, tmp_path / "again.nc")


def test_texts_are_read(tmp_path):
    data = xarray.DataArray(np.arange(3.0), {"model": ["a", "bé", "c"]}, ["model"], "r")
    tern.data.write(data, tmp_path / "r.nc")
    assert list(tern.data.open(tmp_path / "r.nc")["r"].model.values) == ["a", "bé", "c"]


@pytest.mark.parametrize(
    "text, message", [(b"", "0 bytes"), (b"lat,lon\n1,2\n", "table"), (b"CDF\x01\0\0", "part|header|damaged|end")]
)
def test_what_is_no_file_of_fields_is_refused(tmp_path, text, message):
    path = tmp_path / "odd.nc"
    path.write_bytes(text)
    with pytest.raises(OSError, match=message):
        tern.data.open(path)
    with pytest.raises(OSError, match="absent"):
        tern.data.open(tmp_path / "absent")


def test_what_cannot_be_written_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(ValueError, match="numbers"):
        tern.data.write(xarray.DataArray(["a"], dims="x", name="t"), tmp_path / "t.nc")
    with pytest.raises(ValueError, match="NaT"):
        tern.data.write(
            xarray.DataArray([1.0], {"time": [np.datetime64("NaT", "ns")]}, ["time"], "t"), tmp_path / "t.nc"
        )
    with pytest.raises(OSError, match="compression"):
        tern.data.write(sst(), tmp_path / "t.nc", compression=10)
    with pytest.raises(ValueError, match="format"):
        tern.data.write(sst(), tmp_path / "t.nc", format="grib")
    assert list(tmp_path.iterdir()) == []


def test_unknown_variables_are_named(tmp_path):
    tern.data.write(sst(), tmp_path / "sst.nc")
    with pytest.raises(KeyError, match="there are time, lat, lon, sst"):
        tern.data.open(tmp_path / "sst.nc")["temperature"]


def test_limits_of_validity_are_said(tmp_path):
    netcdf = pytest.importorskip("netCDF4")
    with netcdf.Dataset(tmp_path / "v.nc", "w") as file:
        file.createDimension("x", 2)
        variable = file.createVariable("v", "f8", ["x"])
        variable.valid_max = 10.0
        variable[:] = [1, 11]
    with pytest.warns(UserWarning, match="valid_max"):
        assert np.isnan(tern.data.open(tmp_path / "v.nc")["v"].values[1])


def test_times_that_are_none_are_said(tmp_path):
    netcdf = pytest.importorskip("netCDF4")
    with netcdf.Dataset(tmp_path / "t.nc", "w") as file:
        file.createDimension("time", 2)
        time = file.createVariable("time", "f8", ["time"], fill_value=-1.0)
        time.units = "days since 2000-01-01"
        time[:] = [0, -1]
        file.createVariable("v", "f8", ["time"])[:] = [1, 2]
    with pytest.warns(UserWarning, match="times stay numbers.*2nd time"):
        assert tern.data.open(tmp_path / "t.nc")["v"].time.dtype == np.float64


@pytest.mark.parametrize(
    "data, message",
    [
        (xarray.DataArray([1.0], dims="x", name="t", attrs={"scale_factor": 10.0}), "how values are stored"),
        (xarray.DataArray([2**60 + 1], dims="x", name="t"), "beyond 2"),
        (xarray.DataArray([1.0], {"x": [2**60 + 1]}, ["x"], "t"), "beyond 2"),
        (xarray.DataArray([1.0], {"x": np.array([2**60 + 1], "m8[ns]")}, ["x"], "t"), "2.*53"),
        (xarray.DataArray([1.0], {"x": np.array(["2000-01-01T00:00:00.000000001"], "M8[ns]")}, ["x"], "t"), "parts"),
        (xarray.DataArray([1.0], dims="x", name="t", attrs={"who": ["a", "b"]}), "text or numbers"),
        (xarray.DataArray([1.0], dims="x", name="t", attrs={"who": "a\0b"}), "zero"),
        (xarray.DataArray([1.0, 2], {"x": np.array([1, "a"], object)}, ["x"], "t"), "x holds 1"),
        (xarray.DataArray([1.0, 2], {"x": np.array([None, "a"], object)}, ["x"], "t"), "numbers, dates or texts"),
        (xarray.DataArray([1.0], {"x": ["a\0b"]}, ["x"], "t"), "zero"),
        (xarray.DataArray(np.array([1.0], "f16") + np.longdouble("1e-19"), dims="x", name="t"), "64 bits"),
        (
            xarray.DataArray([1.0], {"x": ("x", np.array(["2000"], "M8[ns]"), {"calendar": "noleap"})}, ["x"], "t"),
            "attribute calendar",
        ),
        (xarray.Dataset(coords={"time": [1, 2]}), "no variable has the coordinates time"),
    ],
)
def test_what_a_file_would_not_give_back_is_refused(tmp_path, data, message):
    with pytest.raises(ValueError, match=message):
        tern.data.write(data, tmp_path / "t.nc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:DatetimeIndex")
def test_zones_of_time_are_refused(tmp_path):
    pandas = pytest.importorskip("pandas")
    times = pandas.date_range("2000-01-01", periods=2, tz="Europe/Berlin")
    with pytest.raises(ValueError, match="time zone.*tz_convert"):
        tern.data.write(xarray.DataArray([1.0, 2], {"time": times}, ["time"], "t"), tmp_path / "t.nc")


@pytest.mark.parametrize(
    "arguments, message",
    [({"compression": 1.5}, "whole number"), ({"compression": True}, "whole number"), ({"packed": "sst"}, "list")],
)
def test_odd_arguments_are_refused(tmp_path, arguments, message):
    with pytest.raises(TypeError, match=message):
        tern.data.write(sst(), tmp_path / "t.nc", **arguments)
    with pytest.raises(TypeError, match="ndarray is given"):
        tern.data.write(sst().values, tmp_path / "t.nc")
    assert list(tmp_path.iterdir()) == []


def test_truths_that_label_are_truths(tmp_path):
    tern.data.write(xarray.DataArray([1.0, 2], {"x": [False, True]}, ["x"], "t"), tmp_path / "t.nc")
    assert tern.data.open(tmp_path / "t.nc")["t"].x.dtype == bool


def test_attributes_of_variables_that_are_not_written_are_said(tmp_path):
    with pytest.warns(UserWarning, match="bounds is not written"):
        tern.data.write(xarray.DataArray([1.0], dims="x", name="t", attrs={"bounds": "b"}), tmp_path / "t.nc")


def test_a_series_of_integers_and_times_themselves_are_read(tmp_path):
    pytest.importorskip("netCDF4")
    times = np.array(["2000-01-01", "2000-02-01"], "M8[ns]")
    xarray.Dataset({"spots": ("time", np.array([3, 4]))}, {"time": times}).to_netcdf(tmp_path / "s.nc")
    opened = tern.data.open(tmp_path / "s.nc")
    assert list(opened) == ["spots"] and list(opened["spots"].values) == [3, 4]
    assert list(opened.to_xarray()["spots"].values) == [3, 4]
    assert (opened.read("time").values == times).all()


@pytest.mark.parametrize("wanted", [2, (1, 2, 3), "a", (0.5, 2.0), range(-2, 0)])
def test_odd_ranges_are_refused(tmp_path, wanted):
    tern.data.write(sst(), tmp_path / "sst.nc")
    with pytest.raises(ValueError, match="time"):
        tern.data.open(tmp_path / "sst.nc").read("sst", {"time": wanted})


@pytest.mark.parametrize("wanted", [(0, 100), (-2, 3), (2, 9)])
@pytest.mark.parametrize("name", ["model", "number"])
def test_ranges_out_of_bounds_are_refused_of_numbers_and_texts(tmp_path, name, wanted):
    labels = {"model": ["a", "b", "c"], "number": ("model", [1.0, 2, 3])}
    tern.data.write(xarray.DataArray(np.arange(3.0), labels, ["model"], "r"), tmp_path / "r.nc")
    opened = tern.data.open(tmp_path / "r.nc")
    assert len(opened.read(name, {"model": (1, 3)})) == 2
    with pytest.raises((OSError, ValueError), match="outside dimension|whole numbers|model"):
        opened.read(name, {"model": wanted})


@pytest.mark.parametrize("format", ["NETCDF3_CLASSIC", "NETCDF4"])
def test_integers_whose_sign_an_attribute_tells_are_those_of_xarray(tmp_path, format):
    netcdf = pytest.importorskip("netCDF4")
    path = tmp_path / "u.nc"
    kinds = {"x": ("i1", "true"), "a": ("i1", "true"), "b": ("i2", "true"), "c": ("i4", "true"), "d": ("i1", "false")}
    if format == "NETCDF4":
        kinds["e"] = ("u1", "false")
    with netcdf.Dataset(path, "w", format=format) as file:
        file.createDimension("x", 3)
        for name, (kind, sign) in kinds.items():
            made = file.createVariable(name, kind, ("x",))
            made.set_auto_maskandscale(False)
            made.setncattr("_Unsigned", sign)
            made[:] = np.array([1, -1, -44]).astype(kind)
    data, expected = tern.data.open(path), xarray.open_dataset(path)
    assert data["a"].dtype == np.uint8 and data["a"].values.tolist() == [1, 255, 212]
    for found in (data.to_xarray(), {name: data[name] for name in kinds}):
        for name in kinds:
            assert found[name].dtype == expected[name].dtype
            np.testing.assert_array_equal(found[name].values, expected[name].values)
    assert list(data["a"].attrs) == []
    np.testing.assert_array_equal(data["a"].coords["x"], expected["x"])
