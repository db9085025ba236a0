import Tern
import TernExperiment

func experimentKeys() throws {
    let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 240).fields()
    try Dataset([sst, rain]).write(to: "pacific.nc")
    // article
    let experiment = try Experiment(
        yaml: """
            name: rain
            data:
              files: {fields: pacific.nc}
              inputs: [sst]
              targets: [{variable: precipitation, scale: standard}]
            split: {by: period, test_fraction: 0.2}
            model: {name: sst-cnn, filters: 4}
            training: {epochs: 3, early_stopping: 5}
            """)
    let run = try experiment.run(into: "runs/rain")
    print(run.scores.targets, run.scores.count)
    // end
}
