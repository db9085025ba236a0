!> A network 4-64-64-2, asked by Tern and computed by loops.
program fortran_cost
  use, intrinsic :: iso_fortran_env, only: real32, int64
  use tern
  implicit none
  integer, parameter :: units = 64, calls = 20000
  type(tern_model) :: model
  real(real32) :: x(4, 64), y(2, 64), w1(units, 4), b1(units), w2(units, units), b2(units), w3(units, 2), b3(2)
  integer(int64) :: begin, between, end, rate
  integer :: i, power, columns

  call random_number(x)
  call random_number(y)
  call model%make('{"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [64, 64], "random_state": 1}}')
  call model%fit(x, y)
  call random_number(w1)
  call random_number(w2)
  call random_number(w3)
  b1 = 0.1
  b2 = 0.1
  b3 = 0.1
  print '(a)', 'columns   Tern, us   by hand, us'
  do power = 0, 2
    columns = 8**power
    call model%predict(x(:, :columns), y(:, :columns))
    call system_clock(begin, rate)
    do i = 1, calls
      call model%predict(x(:, :columns), y(:, :columns))
    end do
    call system_clock(between)
    do i = 1, calls
      call by_hand(columns)
      x(1, 1) = 1e-9 * y(1, 1)
    end do
    call system_clock(end)
    print '(i7, f11.3, f14.3)', columns, 1e6 * real(between - begin) / rate / calls, &
      1e6 * real(end - between) / rate / calls
  end do

contains

  subroutine by_hand(columns)
    integer, intent(in) :: columns
    real(real32) :: h1(units), h2(units)
    integer :: column, k
    do column = 1, columns
      h1 = b1
      do k = 1, 4
        h1 = h1 + x(k, column) * w1(:, k)
      end do
      h1 = max(h1, 0.0)
      h2 = b2
      do k = 1, units
        h2 = h2 + h1(k) * w2(:, k)
      end do
      h2 = max(h2, 0.0)
      y(1, column) = dot_product(h2, w3(:, 1)) + b3(1)
      y(2, column) = dot_product(h2, w3(:, 2)) + b3(2)
    end do
  end subroutine
end program
