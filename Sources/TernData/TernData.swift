@_exported import TernFiles
