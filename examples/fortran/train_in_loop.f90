!> A network that learns the physics of columns while the model runs, a little at each time step, and is saved.
program train_in_loop
  use, intrinsic :: iso_fortran_env, only: real32
  use column_physics
  use tern
  implicit none
  integer, parameter :: columns = 512, steps = 400
  type(tern_model) :: model
  real(real32) :: state(features, columns), heating(results, columns), learned(results, columns)
  real(real32) :: error, first_error, spread
  integer :: step, i

  call model%make('{"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [64, 64], ' // &
                  '"learning_rate_init": 0.002, "batch_size": 64, "random_state": 1}}')
  do step = 1, steps
    ! The model goes on ...
    call random_number(state)
    state(1:2, :) = 10 * state(1:2, :) - 5
    state(3:4, :) = 2.5 * state(3:4, :)
    do i = 1, columns
      call heat(state(:, i), heating(:, i))
    end do
    ! ... and the network, asked before it learns from this step, learns from it.
    if (step > 1) then
      call model%predict(state, learned)
      error = sqrt(sum((learned - heating)**2) / size(heating))
      if (step == 2) first_error = error
      if (mod(step, 100) == 0) print '(a, i4, a, f6.3)', 'step', step, ': error of the network', error
    end if
    call model%fit(state, heating, more=.true.)
  end do
  spread = sqrt(sum((heating - sum(heating) / size(heating))**2) / size(heating))
  print '(a, f6.3, a, f6.3)', 'first', first_error, ', spread of the truth', spread
  call model%save('column.safetensors')
end program
