import TernReport
import Testing
