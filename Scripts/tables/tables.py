"""Makes the tables on which the default estimators are chosen and judged (docs/TABLES.md).

    python Scripts/tables/tables.py FOLDER [DATA]

writes one CSV file for each table to FOLDER, and to FOLDER/held-out those that no choice was made by. DATA is the folder
of real data files that docs/TABLES.md names; without it the tables made of them are left out. All else comes with the
packages of requirements.txt: nothing is downloaded.

The first column is `part` for series, whose rows are in order of time (each part from 1 on is predicted from all those
before it), and `fold` for others (each fold is predicted from all other folds). The last column is `target`, or `class`.
"""
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn.datasets
import statsmodels.api as sm
from palmerpenguins import load_penguins
from vega_datasets import local_data

PARTS = 5


def season(year_share):
    angle = 2 * np.pi * np.asarray(year_share, float)
    return {"season_sin": np.sin(angle), "season_cos": np.cos(angle)}


def lagged(columns, lags, ahead):
    """Values of the present (lag 0) and past rows, by which the row `ahead` later is predicted."""
    return {f"{name}_{lag}": pd.Series(values).shift(lag + ahead) for name, values in columns.items() for lag in lags}


def one_hot(values):
    return {f"is_{level}": (values == level).astype(float) for level in sorted(set(values))}


class Tables:
    def __init__(self, folder, data):
        self.folder, self.data = Path(folder), data and Path(data)

    def write(self, name, features, target, is_series, is_class=False, held_out=False):
        table = pd.DataFrame({k: np.asarray(v, float) for k, v in features.items()})
        table["class" if is_class else "target"] = np.asarray(target, float)
        table = table.dropna().reset_index(drop=True)
        if is_series:
            part = np.arange(len(table)) * (PARTS + 1) // len(table)
        else:
            part = np.empty(len(table), int)
            part[np.random.RandomState(0).permutation(len(table))] = np.arange(len(table)) % PARTS + 1
        table.insert(0, "part" if is_series else "fold", part)
        folder = self.folder / "held-out" if held_out else self.folder
        folder.mkdir(parents=True, exist_ok=True)
        table.to_csv(folder / f"{name}.csv", index=False)
        print(name, table.shape[0], "rows,", table.shape[1] - 2, "features", "(held out)" if held_out else "")

    def classes(self, name, features, labels, held_out=False, is_series=False):
        self.write(name, features, pd.factorize(pd.Series(labels), sort=True)[0], is_series, True, held_out)

    # The real data files.

    def files(self):
        daily = pd.read_csv(self.data / "seattle_weather_daily_2012_2015.csv", parse_dates=["date"])
        share, year = daily.date.dt.day_of_year / 365.25, daily.date.dt.year
        weather = {"precipitation": daily.precipitation, "wind": daily.wind}
        self.write("daily maximum, from date and weather", {"year": year, **season(share), **weather}, daily.temp_max, True)
        known = {"temp_max": daily.temp_max, "temp_min": daily.temp_min, **weather}
        self.write("daily maximum, a day ahead", {**season(share), **lagged(known, [0, 1, 2, 6], 1)}, daily.temp_max, True)
        self.classes("weather of the day", {**season(share), **known}, daily.weather, is_series=True)

        oni = pd.read_csv(self.data / "oni.csv", na_values="NaN")
        month = (oni["MON/MMM"] - 0.5) / 12
        self.write("ENSO index, three months ahead", {**season(month), **lagged({"oni": oni.ONI}, range(12), 3)}, oni.ONI, True)

        sst = pd.read_csv(self.data / "elnino_nino12_sst_1950_2010.csv").iloc[:, 1:].to_numpy().ravel()
        month = (np.arange(len(sst)) % 12 + 0.5) / 12
        self.write("Nino 1+2, a month ahead", {**season(month), **lagged({"sst": sst}, range(12), 1)}, sst, True)

        co2 = pd.read_csv(self.data / "mauna_loa_co2_weekly.csv", parse_dates=["date"])
        co2["co2"] = co2.co2.interpolate()
        share = co2.date.dt.day_of_year / 365.25
        time = co2.date.dt.year + share
        self.write("CO2, from the date", {"time": time, **season(share)}, co2.co2, True)
        self.write("CO2, four weeks ahead", {**season(share), **lagged({"co2": co2.co2}, [0, 1, 4, 13, 26, 48], 4)}, co2.co2, True)

        globe = pd.read_csv(self.data / "hadcrut5_global_annual.csv").iloc[:, :2].set_axis(["year", "anomaly"], axis=1)
        self.write("global temperature, a year ahead", lagged({"anomaly": globe.anomaly}, range(6), 1), globe.anomaly, True)

        rcp = pd.read_csv(self.data / "rcp_emissions_forcing_1765_2100.csv")
        emitted = ["FossilCO2", "OtherCO2", "CH4", "N2O", "SOx", "BC", "OC", "cumCO2_GtC"]
        self.write("forcing of the RCPs, from emissions", rcp[emitted], rcp.TOTAL_ANTHRO_RF, False)

        esem = pd.read_csv(self.data / "esem_cmip6_scenarios.csv")
        emitted = [f"{gas}_{year}" for gas in ["co2", "so2", "ch4"] for year in [2050, 2100]]
        self.write("warming by 2100, from scenarios", {**esem[emitted + ["tas_2050"]], **one_hot(esem.model)}, esem.tas_2100, False, held_out=True)

    # What comes with the packages.

    def packages(self):
        diabetes = sklearn.datasets.load_diabetes(as_frame=True)
        self.write("diabetes", diabetes.data, diabetes.target, False)
        for name in ["iris", "wine", "breast_cancer"]:
            bunch = getattr(sklearn.datasets, f"load_{name}")(as_frame=True)
            self.classes(name.replace("_", " "), bunch.data, bunch.target)
        bunch = sklearn.datasets.load_digits(as_frame=True)
        self.classes("digits", bunch.data, bunch.target, held_out=True)

        cars = local_data.cars().dropna()
        measures = cars[["Cylinders", "Displacement", "Horsepower", "Weight_in_lbs", "Acceleration"]]
        self.write("cars", {**measures, "year": cars.Year.dt.year, **one_hot(cars.Origin)}, cars.Miles_per_Gallon, False)

        penguins = load_penguins().dropna()
        measures = penguins[["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]]
        self.write("mass of penguins", {**measures, **one_hot(penguins.species), **one_hot(penguins.sex), **one_hot(penguins.island)}, penguins.body_mass_g, False)
        self.classes("sex of penguins", {**measures, "mass": penguins.body_mass_g, **one_hot(penguins.species)}, penguins.sex, held_out=True)

        macro = sm.datasets.macrodata.load_pandas().data
        rates = {name: macro[name] for name in ["infl", "unemp", "tbilrate"]}
        for name in ["realgdp", "realcons", "realinv", "m1"]:
            rates[name] = 100 * np.log(macro[name]).diff()
        self.write("unemployment, a quarter ahead", lagged(rates, [0, 1, 3], 1), macro.unemp, True)

        spots = sm.datasets.sunspots.load_pandas().data.SUNACTIVITY
        self.write("sunspots, a year ahead", lagged({"spots": spots}, range(12), 1), spots, True)

        visits = sm.datasets.randhie.load_pandas().data
        self.write("visits to doctors", visits.drop(columns="mdvis"), np.log1p(visits.mdvis), False)

        firms = sm.datasets.grunfeld.load_pandas().data
        self.write("investment of firms", {**firms[["value", "capital", "year"]], **one_hot(firms.firm)}, firms.invest, False, held_out=True)

        nile = sm.datasets.nile.load_pandas().data.volume
        self.write("flow of the Nile, a year ahead", lagged({"flow": nile}, range(4), 1), nile, True, held_out=True)

        voters = sm.datasets.anes96.load_pandas().data
        self.classes("votes", voters.drop(columns=["vote", "popul"]), voters.vote, held_out=True)

        for place in ["seattle", "sf"]:
            hourly = getattr(local_data, f"{place}_temps")()
            hour, share = hourly.date.dt.hour / 24, hourly.date.dt.day_of_year / 365.25
            angle = 2 * np.pi * hour
            clock = {**season(share), "hour_sin": np.sin(angle), "hour_cos": np.cos(angle)}
            name = {"seattle": "Seattle", "sf": "San Francisco"}[place]
            if place == "sf":
                self.write(f"hourly temperature of {name}, from the date", clock, hourly.temp, False, held_out=True)
            else:
                self.write(f"hourly temperature of {name}, six hours ahead", {**clock, **lagged({"temp": hourly.temp}, [0, 1, 2, 6, 18], 6)}, hourly.temp, True, held_out=True)

        work = local_data.us_employment()
        change = {name: work[name].diff() for name in ["nonfarm", "construction", "manufacturing", "retail_trade", "government"]}
        self.write("employment, a month ahead", lagged(change, [0, 1, 2], 1), change["nonfarm"], True, held_out=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    tables = Tables(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    if tables.data:
        tables.files()
    tables.packages()
