/* Tern for C, and for all that calls C: models are opened, made, trained and asked on the caller's memory.
 *
 *     tern_model *model;
 *     if (tern_model_open("column.safetensors", &model)) { puts(tern_error_message()); return 1; }
 *     float x[10][4], y[10][2];
 *     tern_array in = tern_array_of(x, TERN_FLOAT32, 2, (int64_t[]){10, 4});
 *     tern_array out = tern_array_of(y, TERN_FLOAT32, 2, (int64_t[]){10, 2});
 *     if (tern_model_predict(model, &in, 1, &out, 1)) puts(tern_error_message());
 *     tern_model_close(model);
 *
 * Every function that can fail gives a tern_status, TERN_OK (0) where it went well; tern_error_message() then says what
 * was wrong and what to do. No mistake ends the process, and what a failed call was to write is unspecified. A wrong
 * TERN_NUM_THREADS or TERN_ISA in the environment is a mistake of every call (TERN_BAD_ARGUMENT).
 *
 * Floating-point numbers: calls compute in the default environment (to nearest, with subnormal numbers, without traps),
 * whatever the caller has set, and give the caller's back with its flags; a progress function runs in the caller's.
 *
 * Threads: any function may be called from any thread. One model may predict on several threads at once, which wait for
 * each other where it is a run, or a network that keeps states or has batches of one size; fitting and closing it is
 * for one thread while no other uses it.
 */
#ifndef TERN_H
#define TERN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most dimensions that an array has. */
#define TERN_MAX_RANK 8

/* How a call ended. */
typedef enum tern_status {
  TERN_OK = 0,
  /* An argument is missing, unknown, or does not fit: a pointer, a name, a shape, a type. */
  TERN_BAD_ARGUMENT = 1,
  /* A file or folder cannot be read or written, or is damaged. */
  TERN_BAD_FILE = 2,
  /* Values or settings cannot be used: NaN in examples, a negative learning rate, a loss that became infinite. */
  TERN_BAD_DATA = 3,
  /* The progress function asked to stop. The model is what it had become. */
  TERN_CANCELLED = 4
} tern_status;

/* What was wrong with this thread's last call that failed, in English, without a line break at its end; "" before any.
 * Valid until the thread's next failing call. */
const char *tern_error_message(void);

/* The version of the library, such as "0.2.0". */
const char *tern_version(void);

/* The type of an array's elements. */
typedef enum tern_type {
  TERN_FLOAT32 = 1,
  TERN_FLOAT64 = 2,
  TERN_INT32 = 3,
  TERN_INT64 = 4,
  /* One byte each, 0 or 1. */
  TERN_BOOL = 5,
  TERN_UINT8 = 6
} tern_type;

/* A view of memory: the element [i, j, ...] lies at data + i * strides[0] + j * strides[1] + ... bytes. Strides may be
 * negative, 0 (of what is read) and in any order, so that parts of arrays, reversed arrays and Fortran's arrays are
 * views as they are. Elements need no alignment beyond their type's. */
typedef struct tern_array {
  void *data;
  tern_type type;
  int32_t rank;
  int64_t shape[TERN_MAX_RANK];
  int64_t strides[TERN_MAX_RANK];
} tern_array;

/* A view of a C array: row by row, without gaps. Of a rank that no array has, a view with that rank, which every call
 * refuses. */
static inline tern_array tern_array_of(void *data, tern_type type, int32_t rank, const int64_t *shape) {
  tern_array array = {data, type, rank, {0}, {0}};
  int64_t step = type == TERN_FLOAT64 || type == TERN_INT64 ? 8 : type == TERN_FLOAT32 || type == TERN_INT32 ? 4 : 1;
  for (int32_t i = (rank <= TERN_MAX_RANK ? rank : 0) - 1; i >= 0; i--) {
    array.shape[i] = shape[i];
    array.strides[i] = step;
    step *= shape[i];
  }
  return array;
}

/* A model: an estimator, a network, a model of a table, or a run of `tern train`. */
typedef struct tern_model tern_model;

/* What a model reads or gives. Texts live as long as the model. */
typedef struct tern_port {
  /* Such as "input", "sst"; never null. */
  const char *name;
  /* As the training data had it, such as "mm day-1"; "" where it is not known. */
  const char *unit;
  /* What it is computed in; arrays of other types are converted. */
  tern_type type;
  int32_t rank;
  /* Of each example; the first is -1, the number of examples. A size that is not known is -1 too: before the fit, and
   * of estimators that are no networks after it, whose single target may be given [examples] or [examples, 1]. */
  int64_t shape[TERN_MAX_RANK];
} tern_port;

/* Opens a model: a file that `tern fit`, `tern_model_save` or a program wrote, a `.keras` archive, or the folder of a
 * run. To be closed by tern_model_close. */
tern_status tern_model_open(const char *path, tern_model **model);

/* Makes a model that has not learned yet, by JSON:
 *     {"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [16, 16], "random_state": 1}}
 *     {"model": {"layers": [{"dense": {"units": 16, "activation": "relu"}}, {"dense": {"units": 2}}]},
 *      "input": [4], "output": [2], "validation_split": 0.2, "seed": 1,
 *      "training": {"optimizer": "adam", "learning_rate": 0.001, "loss": "mean_squared_error", "batch_size": 32,
 *                   "epochs": 10, "early_stopping": {"patience": 3}}}
 * Estimators are scikit-learn's by name, with its parameters; "model" and "training" are those of experiments in YAML.
 * A name or key that does not exist is an error that names it. */
tern_status tern_model_make(const char *configuration, tern_model **model);

/* Closes a model, after which it is no more; nothing where it is null. */
void tern_model_close(tern_model *model);

/* Writes the model to a file, whole or not at all. */
tern_status tern_model_save(const tern_model *model, const char *path);

/* What the model is, as JSON: its kind, parameters, inputs and outputs; of a model of Keras whose predictions may
 * differ from Keras's, such as those of 8-bit integers, the list "warnings" says why. Lives until this thread asks for
 * the next description, of any model, or ends. */
tern_status tern_model_describe(tern_model *model, const char **json);

/* How many inputs a model reads, and outputs it gives; 0 of null. */
int32_t tern_model_input_count(const tern_model *model);
int32_t tern_model_output_count(const tern_model *model);

/* An input or output by its number, from 0. */
tern_status tern_model_input(const tern_model *model, int32_t number, tern_port *port);
tern_status tern_model_output(const tern_model *model, int32_t number, tern_port *port);

/* Predicts: inputs and outputs in the model's order, each with the same number of examples in its first dimension.
 * Fewer outputs than the model has are allowed: a classifier gives labels first and then probabilities.
 * An output may lie over inputs, which are then read first; over another output it may not.
 *
 * Of networks and multi-layer perceptrons nothing is allocated for one of the last 16 numbers of examples (of 1,024
 * at most), and nothing is copied where an input lies row by row in the port's type and no output of another view over
 * it; all else computes on copies. The result has the same bits on any number of threads. NaN among the features of a
 * network gives NaN; estimators that look at values refuse it. */
tern_status tern_model_predict(tern_model *model, const tern_array *inputs, int32_t input_count,
                               const tern_array *outputs, int32_t output_count);

/* Where a training stands. */
typedef struct tern_progress {
  /* From 1. */
  int64_t epoch;
  /* How many there are at most. */
  int64_t epochs;
  double loss;
  /* NaN where nothing is held out. */
  double validation_loss;
  /* Of networks, all losses and metrics as a JSON object; else null. Valid during the call. */
  const char *logs;
} tern_progress;

/* Called after each epoch, on the thread that called; anything but 0 asks to stop. A network may be asked, as it is
 * after the epoch, and saved, but not fitted; an estimator is not there before its fit has ended. */
typedef int (*tern_progress_function)(void *context, const tern_progress *progress);

/* Trains. An estimator forgets what it had learned, or goes on by one pass over the examples where `more` is not 0
 * (scikit-learn's partial_fit); a network goes on from where it stands, as in Keras, with what its optimiser gathered,
 * and takes the examples in another order than in the fits before.
 *
 * inputs, targets: in the model's order; weights: how much each example counts, null where all count alike;
 * progress: null where nobody wants to know. */
tern_status tern_model_fit(tern_model *model, const tern_array *inputs, int32_t input_count, const tern_array *targets,
                           int32_t target_count, const tern_array *weights, int more, tern_progress_function progress,
                           void *context);

/* The number of threads that this library computes with, for all models: from 1 to 1024. Where the system gives fewer,
 * it computes with those. */
tern_status tern_set_threads(int32_t count);
int32_t tern_threads(void);

/* ---- For bindings of other languages ---- */

/* An array with a name. */
typedef struct tern_named_array {
  const char *name;
  tern_array array;
} tern_named_array;

/* What a call gave: a JSON text, arrays by name, perhaps a model. */
typedef struct tern_result tern_result;

/* Calls a function by its name, with arguments as a JSON object and arrays by name; tern_call(null, "functions", ...)
 * lists them. model may be null for functions that need none. */
tern_status tern_call(tern_model *model, const char *function, const char *arguments, const tern_named_array *arrays,
                      int32_t array_count, tern_progress_function progress, void *context, tern_result **result);

/* The JSON text of a result, which lives as long as it. */
const char *tern_result_text(const tern_result *result);

/* The arrays of a result, which live as long as it. */
int32_t tern_result_array_count(const tern_result *result);
tern_status tern_result_array(const tern_result *result, int32_t number, tern_named_array *array);

/* Takes the model out of a result, to be closed by tern_model_close; null where it has none. */
tern_model *tern_result_take_model(tern_result *result);

/* Ends a result and its arrays; nothing where it is null. */
void tern_result_close(tern_result *result);

#ifdef __cplusplus
}
#endif

#endif
