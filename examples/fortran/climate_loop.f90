!> A toy climate whose columns are heated by a trained network, on all threads of OpenMP: run train_in_loop before.
program climate_loop
  use, intrinsic :: iso_fortran_env, only: real32, int64
  use column_physics
  use tern
  implicit none
  integer, parameter :: columns = 4096, block = 64, steps = 20
  type(tern_model) :: model
  real(real32), allocatable :: state(:, :), heating(:, :), truth(:, :)
  integer(int64) :: begin, now, rate
  integer :: step, first, stat
  character(200) :: message

  allocate (state(features, columns), heating(results, columns), truth(results, columns))
  call model%open('column.safetensors')
  print '(a, *(i0, :, " x "))', 'reads ', model%input_shape()
  call random_number(state)
  state(1:2, :) = 10 * state(1:2, :) - 5
  call system_clock(begin, rate)
  do step = 1, steps
    !$omp parallel do
    do first = 1, columns, block
      call model%predict(state(:, first:first + block - 1), heating(:, first:first + block - 1))
    end do
    state(1:2, :) = state(1:2, :) + 0.01 * heating
  end do
  call system_clock(now)
  print '(a, f8.2, a)', 'a column takes', 1e6 * real(now - begin) / rate / (steps * columns), ' microseconds'
  call model%predict(state, heating)
  do first = 1, columns
    call heat(state(:, first), truth(:, first))
  end do
  print '(a, f6.3)', 'error of the heating', sqrt(sum((heating - truth)**2) / size(truth))

  ! What does not fit is told.
  call model%predict(state(1:3, :), heating, stat=stat, errmsg=message)
  print '(a, i0, 2a)', 'stat ', stat, ', ', trim(message)
end program
