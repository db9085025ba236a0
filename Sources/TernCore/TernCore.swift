@_exported import TernNumbers
