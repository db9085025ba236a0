/* A network that learns y = x0 * x1, asked on memory of the program's: cmake -B build && cmake --build build &&
 * build/column
 */
#include <stdio.h>
#include <tern.h>

enum { rows = 400 };
static float x[rows][2], y[rows], answer[rows];

static int end(void) {
  fprintf(stderr, "%s\n", tern_error_message());
  return 1;
}

static int tell(void *context, const tern_progress *now) {
  *(double *)context = now->loss;
  return 0;
}

int main(void) {
  for (int i = 0; i < rows; i++) {
    x[i][0] = (float)(i % 20) / 20;
    x[i][1] = (float)(i / 20) / 20;
    y[i] = x[i][0] * x[i][1];
  }
  tern_array input = tern_array_of(x, TERN_FLOAT32, 2, (int64_t[]){rows, 2});
  tern_array target = tern_array_of(y, TERN_FLOAT32, 1, (int64_t[]){rows});
  tern_array output = tern_array_of(answer, TERN_FLOAT32, 1, (int64_t[]){rows});

  tern_model *model;
  const char *configuration =
      "{\"estimator\": \"MLPRegressor\", \"parameters\":"
      " {\"hidden_layer_sizes\": [32, 32], \"solver\": \"lbfgs\", \"max_iter\": 500, \"random_state\": 1}}";
  if (tern_model_make(configuration, &model)) return end();
  double loss = 0;
  if (tern_model_fit(model, &input, 1, &target, 1, NULL, 0, tell, &loss)) return end();
  if (tern_model_predict(model, &input, 1, &output, 1)) return end();

  double error = 0;
  for (int i = 0; i < rows; i++) error = error > answer[i] - y[i] ? error : answer[i] - y[i];
  printf("tern %s: loss %.1e, largest error %.3f\n", tern_version(), loss, error);
  if (tern_model_save(model, "product.safetensors")) return end();

  /* A mistake is told and ends nothing. */
  input.shape[1] = 3;
  if (tern_model_predict(model, &input, 1, &output, 1)) printf("as expected: %s\n", tern_error_message());
  tern_model_close(model);
  return 0;
}
