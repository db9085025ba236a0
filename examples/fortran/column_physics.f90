!> A made physics of columns: heating of two layers by moisture that rains out where it is too much.
module column_physics
  use, intrinsic :: iso_fortran_env, only: real32
  implicit none
  integer, parameter :: features = 4, results = 2
contains
  !> temperature of two layers, moisture of two layers -> heating of each.
  pure subroutine heat(column, heating)
    real(real32), intent(in) :: column(features)
    real(real32), intent(out) :: heating(results)
    real(real32) :: excess(2)
    excess = column(3:4) - exp(0.07_real32 * column(1:2))
    heating = merge(2.5_real32 * excess, 0.0_real32, excess > 0) + 0.1_real32 * (column([2, 1]) - column(1:2))
  end subroutine
end module
