// The programs of the articles in Sources/Tern/Tern.docc, one file each: `articles NAME`, in a folder of its own. The
// lines between the marks stand in the article.
switch CommandLine.arguments.dropFirst().first {
case "ExperimentKeys": try experimentKeys()
case "FirstNetwork": try firstNetwork()
case "FieldsFromNetCDF": try fieldsFromNetCDF()
case "FromKeras": try fromKeras()
case "FromScikitLearn": try fromScikitLearn()
case "Reproducibility": try reproducibility()
case "Speed": try speed()
case "TrainingLoops": try await trainingLoops()
case "YourOwnParts": try yourOwnParts()
default: fatalError("articles: name one of the files beside this one")
}
