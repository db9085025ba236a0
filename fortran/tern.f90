!> Tern for Fortran: neural networks and other models, opened, made, trained and asked from a Fortran program.
!>
!>     use tern
!>     type(tern_model) :: model
!>     real :: x(4, 100), y(2, 100)        ! 4 features and 2 results of 100 columns
!>     call model%open('column.safetensors')
!>     call model%predict(x, y)
!>
!> Arrays are in Fortran's order: the last dimension counts the examples (columns of a climate model), those before it
!> are the dimensions of an example, the fastest first. What Python and C call [examples, latitude, longitude, channel]
!> is x(channel, longitude, latitude, example) here. With columns_first=.true. the first dimension counts the examples.
!> An array of one rank less is one example. Sections such as x(:, 1:n:2) are used where they lie, without a copy of
!> the compiler's.
!>
!> Every subroutine that can fail takes stat= and errmsg=, as ALLOCATE does: 0 where it went well; without stat=, and in
!> the functions describe, input_shape and output_shape, a failure ends the program with its message. One model may
!> predict on several threads (OpenMP) at once; opening, fitting and closing it is for one. A model is closed when its
!> variable ends; it is not to be copied by assignment.
module tern
  use, intrinsic :: iso_c_binding
  use, intrinsic :: iso_fortran_env, only: error_unit
  implicit none
  private
  public :: tern_model, tern_progress, tern_version, tern_set_threads, tern_threads

  !> How a call ended: the values of stat.
  integer, parameter, public :: tern_ok = 0, tern_bad_argument = 1, tern_bad_file = 2, tern_bad_data = 3, &
                                tern_cancelled = 4

  include 'tern_c.inc'

  !> A model: an estimator, a network, a model of a table, or a run of `tern train`.
  type :: tern_model
    private
    type(c_ptr) :: handle = c_null_ptr
  contains
    !> open(path, stat, errmsg): a file that `tern fit`, `save` or a program wrote, or the folder of a run.
    procedure :: open => model_open
    !> make(configuration, stat, errmsg): a model that has learned nothing, by the JSON that tern.h describes.
    procedure :: make => model_make
    !> predict(x, y, columns_first, stat, errmsg)
    generic :: predict => predict_44, predict_48, predict_84, predict_88
    !> fit(x, y, weights, more, columns_first, progress, stat, errmsg)
    generic :: fit => fit_44, fit_88, fit_4i, fit_8i
    !> save(path, stat, errmsg): to one file, whole or not at all.
    procedure :: save => model_save
    !> describe(): what the model is, as JSON.
    procedure :: describe => model_describe
    !> input_shape(): the lengths of an example's dimensions and, last, -1 for the examples; other lengths are -1 where
    !> they are not known.
    procedure :: input_shape => model_input_shape
    procedure :: output_shape => model_output_shape
    !> close(): ends the model before its variable ends.
    procedure :: close => model_close
    procedure, private :: predict_44, predict_48, predict_84, predict_88, fit_44, fit_88, fit_4i, fit_8i
    final :: model_end
  end type

  abstract interface
    !> Is told of each epoch of a fit; stop = .true. ends it. validation_loss is NaN where nothing is held out.
    subroutine tern_progress(epoch, epochs, loss, validation_loss, stop)
      import :: c_double
      integer, intent(in) :: epoch, epochs
      real(c_double), intent(in) :: loss, validation_loss
      logical, intent(inout) :: stop
    end subroutine
  end interface

  type :: listener
    procedure(tern_progress), pointer, nopass :: told => null()
  end type

  interface view_of
    procedure :: view_4, view_8, view_i
  end interface

contains

  ! What models do.

  subroutine model_open(self, path, stat, errmsg)
    class(tern_model), intent(inout) :: self
    character(*), intent(in) :: path
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call self%close()
    call answer(c_open(trim(path)//c_null_char, self%handle), 'open', stat, errmsg)
  end subroutine

  subroutine model_make(self, configuration, stat, errmsg)
    class(tern_model), intent(inout) :: self
    character(*), intent(in) :: configuration
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call self%close()
    call answer(c_make(configuration//c_null_char, self%handle), 'make', stat, errmsg)
  end subroutine

  subroutine model_save(self, path, stat, errmsg)
    class(tern_model), intent(in) :: self
    character(*), intent(in) :: path
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call answer(c_save(self%handle, trim(path)//c_null_char), 'save', stat, errmsg)
  end subroutine

  function model_describe(self) result(json)
    class(tern_model), intent(in) :: self
    character(:), allocatable :: json
    type(c_ptr) :: text
    call answer(c_describe(self%handle, text), 'describe')
    json = fortran_text(text)
  end function

  function model_input_shape(self, number) result(lengths)
    class(tern_model), intent(in) :: self
    !> Counted from 1; the first by default.
    integer, intent(in), optional :: number
    integer, allocatable :: lengths(:)
    type(port) :: described
    call answer(c_input(self%handle, from_zero(number), described), 'input_shape')
    lengths = lengths_of(described)
  end function

  function model_output_shape(self, number) result(lengths)
    class(tern_model), intent(in) :: self
    integer, intent(in), optional :: number
    integer, allocatable :: lengths(:)
    type(port) :: described
    call answer(c_output(self%handle, from_zero(number), described), 'output_shape')
    lengths = lengths_of(described)
  end function

  !> The number of an input or output as C counts.
  pure integer(c_int32_t) function from_zero(number)
    integer, intent(in), optional :: number
    from_zero = 0
    if (present(number)) from_zero = int(number - 1, c_int32_t)
  end function

  !> In Fortran's order.
  pure function lengths_of(described) result(lengths)
    type(port), intent(in) :: described
    integer, allocatable :: lengths(:)
    lengths = int(described%shape(described%rank:1:-1))
  end function

  subroutine model_close(self)
    class(tern_model), intent(inout) :: self
    call c_close(self%handle)
    self%handle = c_null_ptr
  end subroutine

  subroutine model_end(self)
    type(tern_model), intent(inout) :: self
    call self%close()
  end subroutine

  function tern_version() result(version)
    character(:), allocatable :: version
    version = fortran_text(c_version())
  end function

  !> How many threads the library computes with, for all models; small predictions stay on the thread that asks.
  subroutine tern_set_threads(count, stat, errmsg)
    integer, intent(in) :: count
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call answer(c_set_threads(int(count, c_int32_t)), 'tern_set_threads', stat, errmsg)
  end subroutine

  integer function tern_threads()
    tern_threads = c_threads()
  end function

  ! Predicting.

  subroutine predict_views(self, x, y, columns_first, stat, errmsg)
    class(tern_model), intent(in) :: self
    type(view), intent(in) :: x, y
    logical, intent(in), optional :: columns_first
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    type(port) :: described
    type(view) :: input, output
    integer(c_int) :: status
    status = c_input(self%handle, 0_c_int32_t, described)
    if (status == tern_ok) then
      ! One rank less is one example, and so is its result.
      if (x%rank == described%rank - 1) then
        input = of_one(ordered(x, .false.))
        output = of_one(ordered(y, .false.))
        status = c_output(self%handle, 0_c_int32_t, described)
        ! The only result of one example, in an array of one element.
        if (described%rank == 1 .and. y%rank == 1) output = ordered(y, .false.)
      else
        input = ordered(x, columns_first)
        output = ordered(y, columns_first)
      end if
      if (status == tern_ok) status = c_predict(self%handle, input, 1_c_int32_t, output, 1_c_int32_t)
    end if
    call answer(status, 'predict', stat, errmsg)
  end subroutine

  ! Fitting.

  subroutine fit_views(self, x, y, weights, more, columns_first, progress, stat, errmsg)
    class(tern_model), intent(in) :: self
    type(view), intent(in) :: x, y
    class(*), intent(in), optional, target, contiguous :: weights(:)
    logical, intent(in), optional :: more, columns_first
    procedure(tern_progress), optional :: progress
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    type(view), target :: weight
    type(listener), target :: listening
    type(c_ptr) :: weight_place, context
    type(c_funptr) :: told
    integer(c_int) :: goes_on
    weight_place = c_null_ptr
    if (present(weights)) then
      select type (weights)
      type is (real(c_float)); weight = view_of(weights)
      type is (real(c_double)); weight = view_of(weights)
      class default
        call answer(tern_bad_argument, 'fit: weights are to be of kind real32 or real64', stat, errmsg, .true.)
        return
      end select
      weight_place = c_loc(weight)
    end if
    goes_on = 0
    if (present(more)) goes_on = merge(1_c_int, 0_c_int, more)
    told = c_null_funptr
    context = c_null_ptr
    if (present(progress)) then
      listening%told => progress
      told = c_funloc(tell)
      context = c_loc(listening)
    end if
    call answer(c_fit(self%handle, ordered(x, columns_first), 1_c_int32_t, ordered(y, columns_first), 1_c_int32_t, &
                      weight_place, goes_on, told, context), 'fit', stat, errmsg)
  end subroutine

  ! Without a C name: it is called by its address alone, and a program may have a tell of its own.
  function tell(context, news) result(stops) bind(c, name='')
    type(c_ptr), value :: context
    type(epoch_news), intent(in) :: news
    integer(c_int) :: stops
    type(listener), pointer :: listening
    logical :: stop
    call c_f_pointer(context, listening)
    stop = .false.
    call listening%told(int(news%epoch), int(news%epochs), news%loss, news%validation_loss, stop)
    stops = merge(1_c_int, 0_c_int, stop)
  end function

  ! Views of arrays.

  !> The view in C's order: the last dimension first. With columns first, the examples' dimension stays in front.
  pure function ordered(fortran, columns_first) result(c)
    type(view), intent(in) :: fortran
    logical, intent(in), optional :: columns_first
    type(view) :: c
    integer :: first, rank
    first = 0
    if (present(columns_first)) first = merge(1, 0, columns_first .and. fortran%rank > 0)
    rank = fortran%rank
    c = fortran
    c%shape(first + 1:rank) = fortran%shape(rank:first + 1:-1)
    c%strides(first + 1:rank) = fortran%strides(rank:first + 1:-1)
  end function

  !> One example as an array of one.
  pure function of_one(example) result(examples)
    type(view), intent(in) :: example
    type(view) :: examples
    examples = example
    examples%rank = example%rank + 1
    examples%shape = [1_c_int64_t, example%shape(:max_rank - 1)]
    examples%strides = [0_c_int64_t, example%strides(:max_rank - 1)]
  end function

  integer(c_intptr_t) function address(place)
    type(c_ptr), intent(in) :: place
    address = transfer(place, address)
  end function

  !> A view by the places of the first element and of its next along each dimension.
  function view_by(type, lengths, first, nexts) result(made)
    integer(c_int), intent(in) :: type
    integer(c_int64_t), intent(in) :: lengths(:)
    type(c_ptr), intent(in) :: first, nexts(:)
    type(view) :: made
    integer :: i
    made%data = first
    made%type = type
    made%rank = size(lengths)
    made%shape(:size(lengths)) = lengths
    do i = 1, size(lengths)
      made%strides(i) = address(nexts(i)) - address(first)
    end do
  end function

  !> Of what has no element.
  function view_without(type, lengths) result(made)
    integer(c_int), intent(in) :: type
    integer(c_int64_t), intent(in) :: lengths(:)
    type(view) :: made
    made%type = type
    made%rank = size(lengths)
    made%shape(:size(lengths)) = lengths
  end function

  function view_4(x) result(made)
    real(c_float), intent(in), target :: x(..)
    integer(c_int), parameter :: element = of_float32
    include 'tern_view.inc'
  end function

  function view_8(x) result(made)
    real(c_double), intent(in), target :: x(..)
    integer(c_int), parameter :: element = of_float64
    include 'tern_view.inc'
  end function

  function view_i(x) result(made)
    integer(c_int32_t), intent(in), target :: x(..)
    integer(c_int), parameter :: element = of_int32
    include 'tern_view.inc'
  end function

  ! The generic procedures' kinds.

  subroutine predict_44(self, x, y, columns_first, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_float), intent(in), target :: x(..)
    real(c_float), intent(inout), target :: y(..)
    logical, intent(in), optional :: columns_first
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call predict_views(self, view_of(x), view_of(y), columns_first, stat, errmsg)
  end subroutine

  subroutine predict_48(self, x, y, columns_first, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_float), intent(in), target :: x(..)
    real(c_double), intent(inout), target :: y(..)
    logical, intent(in), optional :: columns_first
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call predict_views(self, view_of(x), view_of(y), columns_first, stat, errmsg)
  end subroutine

  subroutine predict_84(self, x, y, columns_first, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_double), intent(in), target :: x(..)
    real(c_float), intent(inout), target :: y(..)
    logical, intent(in), optional :: columns_first
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call predict_views(self, view_of(x), view_of(y), columns_first, stat, errmsg)
  end subroutine

  subroutine predict_88(self, x, y, columns_first, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_double), intent(in), target :: x(..)
    real(c_double), intent(inout), target :: y(..)
    logical, intent(in), optional :: columns_first
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call predict_views(self, view_of(x), view_of(y), columns_first, stat, errmsg)
  end subroutine

  subroutine fit_44(self, x, y, weights, more, columns_first, progress, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_float), intent(in), target :: x(..)
    real(c_float), intent(in), target :: y(..)
    class(*), intent(in), optional, target, contiguous :: weights(:)
    logical, intent(in), optional :: more, columns_first
    procedure(tern_progress), optional :: progress
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call fit_views(self, view_of(x), view_of(y), weights, more, columns_first, progress, stat, errmsg)
  end subroutine

  subroutine fit_88(self, x, y, weights, more, columns_first, progress, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_double), intent(in), target :: x(..)
    real(c_double), intent(in), target :: y(..)
    class(*), intent(in), optional, target, contiguous :: weights(:)
    logical, intent(in), optional :: more, columns_first
    procedure(tern_progress), optional :: progress
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call fit_views(self, view_of(x), view_of(y), weights, more, columns_first, progress, stat, errmsg)
  end subroutine

  subroutine fit_4i(self, x, y, weights, more, columns_first, progress, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_float), intent(in), target :: x(..)
    integer(c_int32_t), intent(in), target :: y(..)
    class(*), intent(in), optional, target, contiguous :: weights(:)
    logical, intent(in), optional :: more, columns_first
    procedure(tern_progress), optional :: progress
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call fit_views(self, view_of(x), view_of(y), weights, more, columns_first, progress, stat, errmsg)
  end subroutine

  subroutine fit_8i(self, x, y, weights, more, columns_first, progress, stat, errmsg)
    class(tern_model), intent(in) :: self
    real(c_double), intent(in), target :: x(..)
    integer(c_int32_t), intent(in), target :: y(..)
    class(*), intent(in), optional, target, contiguous :: weights(:)
    logical, intent(in), optional :: more, columns_first
    procedure(tern_progress), optional :: progress
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    call fit_views(self, view_of(x), view_of(y), weights, more, columns_first, progress, stat, errmsg)
  end subroutine

  ! How calls end.

  subroutine answer(status, what, stat, errmsg, is_own)
    integer(c_int), intent(in) :: status
    character(*), intent(in) :: what
    integer, intent(out), optional :: stat
    character(*), intent(inout), optional :: errmsg
    !> Whether `what` is the message itself.
    logical, intent(in), optional :: is_own
    character(:), allocatable :: message
    if (present(stat)) stat = status
    if (status == tern_ok) return
    message = what
    if (.not. present(is_own)) message = what//': '//fortran_text(c_error_message())
    if (present(errmsg)) errmsg = message
    if (present(stat)) return
    write (error_unit, '(a)') 'tern: '//message
    error stop
  end subroutine

  function fortran_text(text) result(copy)
    type(c_ptr), intent(in) :: text
    character(:), allocatable :: copy
    character(kind=c_char), pointer :: letters(:)
    integer :: i, length
    if (.not. c_associated(text)) then
      copy = ''
      return
    end if
    length = int(c_strlen(text))
    call c_f_pointer(text, letters, [length])
    allocate (character(length) :: copy)
    do i = 1, length
      copy(i:i) = letters(i)
    end do
  end function
end module
