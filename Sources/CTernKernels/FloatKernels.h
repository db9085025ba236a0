// Everything that is written once for float and double.
#include "FloatSteps.h"
#include "RegisterTile.h"
#include "MatrixProduct.h"
#include "FloatReduction.h"
#include "Convolution.h"
#include "ConvolutionMean.h"
#include "Pooling.h"
#include "Series.h"
