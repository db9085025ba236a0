/* A host program that traps what is undefined in floating-point numbers and rounds upwards, as models of the climate
 * may: for Scripts/lib_check.sh. Whatever it set is its own after each call. */
#define _GNU_SOURCE
#include <fenv.h>
#include <stdio.h>
#include <tern.h>

enum { rows = 33, traps = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW };

static int told(tern_status status) {
  if (status != TERN_OK) printf("%s\n", tern_error_message());
  return status;
}

int main(void) {
  static double x[rows][4], y[rows], found[rows];
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < 4; j++) x[i][j] = (i * 7 + j * 5) % 11 / 10.0;
    y[i] = 2 * x[i][0] + x[i][1];
  }
  feclearexcept(FE_ALL_EXCEPT);
  feenableexcept(traps);
  /* None where the processor has no traps, as many of Arm's. */
  const int trapped = fegetexcept();
  fesetround(FE_UPWARD);
  tern_array in = tern_array_of(x, TERN_FLOAT64, 2, (int64_t[]){rows, 4});
  tern_array target = tern_array_of(y, TERN_FLOAT64, 1, (int64_t[]){rows});
  tern_array out = tern_array_of(found, TERN_FLOAT64, 1, (int64_t[]){rows});
  const char *made[] = {
      "{\"estimator\": \"Ridge\"}",
      "{\"estimator\": \"MLPRegressor\", \"parameters\": {\"hidden_layer_sizes\": [8], \"max_iter\": 20, "
      "\"random_state\": 1}}",
  };
  for (int i = 0; i < 2; i++) {
    tern_model *model;
    if (told(tern_model_make(made[i], &model)) ||
        told(tern_model_fit(model, &in, 1, &target, 1, NULL, 0, NULL, NULL)) ||
        told(tern_model_predict(model, &in, 1, &out, 1)))
      return 1;
    tern_model_close(model);
  }
  if (fegetround() != FE_UPWARD || fegetexcept() != trapped || fetestexcept(FE_ALL_EXCEPT)) {
    printf("rounding %d, traps %d, flags %d\n", fegetround(), fegetexcept(), fetestexcept(FE_ALL_EXCEPT));
    return 1;
  }
  puts("the host's floating-point environment is its own");
  return 0;
}
